import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

import { certify } from "../aws/certificate.ts";
import { type Account, REGION } from "./account.ts";
import { Answerer, type AnswererOptions } from "./answerer.ts";
import type { Fault } from "./faults.ts";
import type { Members } from "./operation.ts";
import type { Organization } from "./organization.ts";
import { recognize } from "./recognize.ts";
import { SERVICES } from "./services/index.ts";
import { HOME_SECRET } from "./sessions.ts";
import { readRequest, sendAnswer } from "./wire.ts";
import { worldOf } from "./world.ts";

interface Call {
  readonly action: string;
  readonly input: Members;
  /** Account and Region, such as `123456789012/eu-west-1`. */
  readonly place: string;
  /** The error code of the answer, if it was an error. */
  readonly error?: string;
  readonly fault?: Fault["kind"];
}

export interface SimulatorOptions extends AnswererOptions {
  readonly latencyMs?: number;
  /** By how much the Date header of the answers is ahead of this machine's clock. */
  readonly clockSkewMs?: number;
}

/** The certificate of the API servers of all EKS clusters, which is its own authority. */
const API_SERVER = certify();

/**
 * An AWS account or organization behind one HTTP endpoint on this machine, and the API servers of its EKS clusters behind one of
 * HTTPS.
 */
export interface Simulator extends AsyncDisposable {
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** What unmodified AWS SDK clients need in their environment to talk to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Of an organization, its home. */
  readonly account: Account;
  /** What was called, in the order of the answers. */
  readonly calls: readonly Call[];
  /** The most calls that were under way at once. */
  readonly peakConcurrency: number;
  /** The calls of one action. */
  callsOf(action: string): Call[];
  /** `env` for a Region that lacks a service, by its prefix in IAM policies: its host name does not resolve. */
  envWithout(prefix: string): Record<string, string>;
}

/** Starts a simulator on a free port of the loopback interface. */
export async function startSimulator(
  simulated: Account | Organization,
  options: SimulatorOptions = {},
): Promise<Simulator> {
  const calls: Call[] = [];
  const world = "home" in simulated ? simulated : worldOf(simulated);
  const apiServers = { endpoint: "", authority: API_SERVER.cert };
  const answerer = new Answerer(world, { ...options, apiServers });
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    respond(request, response).catch((error: unknown) => {
      response.destroy();
      // The caller went away before the end of its request, as at the end of its time.
      if (!request.complete) return;
      // A fault of the simulator itself: the test run reports it as an unhandled error.
      throw error;
    });
  };
  const server = createServer(listener);
  const tlsServer = createTlsServer(API_SERVER, listener);
  let underWay = 0;
  let peakConcurrency = 0;
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    underWay += 1;
    peakConcurrency = Math.max(peakConcurrency, underWay);
    response.once("close", () => (underWay -= 1));
    const wireRequest = await readRequest(request);
    const asked = recognize(wireRequest);
    if (options.latencyMs !== undefined) await delay(options.latencyMs);
    const { answer, fault, place } = answerer.answer(asked, wireRequest.credential);
    calls.push({
      action: asked.action,
      input: asked.input,
      place: `${place.id}/${place.region}`,
      ...(answer.error !== undefined && { error: answer.error }),
      ...(fault !== undefined && { fault: fault.kind }),
    });
    sendAnswer(response, answer, new Date(Date.now() + (options.clockSkewMs ?? 0)));
  };

  const endpoint = `http://127.0.0.1:${await listen(server)}`;
  apiServers.endpoint = `https://localhost:${await listen(tlsServer)}`;
  Object.assign(world.home.apiServers, apiServers);
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "simulated",
    AWS_SECRET_ACCESS_KEY: HOME_SECRET,
  };
  return {
    endpoint,
    env,
    account: world.home,
    calls,
    get peakConcurrency() {
      return peakConcurrency;
    },
    callsOf: (action) => calls.filter((call) => call.action === action),
    envWithout: (prefix) => ({ ...env, ...unresolved(prefix) }),
    [Symbol.asyncDispose]: async () => {
      for (const each of [server, tlsServer]) {
        each.closeAllConnections();
        await new Promise((resolve) => {
          each.close(resolve);
        });
      }
    },
  };
}

/** Listens on a free port, which it returns. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on TCP has an address with a port.
  return (server.address() as AddressInfo).port;
}

/** The SDK's variable for the endpoint of one service, set to a host name that does not resolve. */
function unresolved(prefix: string): Record<string, string> {
  const service = SERVICES.find((service) => service.prefix === prefix);
  if (service === undefined) throw new Error(`There is no simulated service "${prefix}"`);
  const variable = `AWS_ENDPOINT_URL_${service.sdkId.toUpperCase().replaceAll(" ", "_")}`;
  return { [variable]: `http://${prefix}.nowhere.invalid` };
}
