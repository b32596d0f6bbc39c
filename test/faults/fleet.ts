import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  createServer,
  request as send,
} from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";

import { afterAll, beforeAll } from "vitest";

import { type CommandResult, run } from "../make-run.ts";
import { type AccountParts, REGION, REGISTRY, createAccount } from "../simulator/account.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

/** One account of a fleet, in a Region of its own. */
interface Launched {
  readonly simulator: Simulator;
  /** Runs the command line with this account as its AWS. */
  readonly run: (
    args?: readonly string[],
    settings?: Readonly<Record<string, string>>,
  ) => Promise<CommandResult>;
}

/** Starts a simulated account. The parts depend on the registry of the account. */
type Launch = (
  parts: (registry: string) => AccountParts,
  options?: SimulatorOptions,
) => Promise<Launched>;

/**
 * Serves several simulated accounts on one port, so that the tests of one file can wait for retries at the same time. SDK
 * clients read their endpoint from the environment of the process. Therefore each account has its own Region, and the
 * signature of a request names that Region.
 */
export function useFleet(): Launch {
  const simulators = new Map<string, Simulator>();
  const server = createServer((incoming, outgoing) => {
    void forward(simulators.get(regionOf(incoming.headers)), incoming, outgoing);
  });
  let endpoint = "";
  let launched = 0;

  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // Stubs would end with the first test.
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: "simulated",
      AWS_SECRET_ACCESS_KEY: "simulated",
    });
  });
  afterAll(async () => {
    for (const simulator of simulators.values()) await simulator[Symbol.asyncDispose]();
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  return async (parts, options) => {
    launched += 1;
    const region = `eu-test-${launched}`;
    const registry = REGISTRY.replace(REGION, region);
    const simulator = await startSimulator({ ...createAccount(parts(registry)), region }, options);
    simulators.set(region, simulator);
    const shared = { ...simulator, env: { ...simulator.env, AWS_ENDPOINT_URL: endpoint } };
    return {
      simulator,
      run: async (args, settings) => run(shared, args, { AWS_REGION: region, ...settings }),
    };
  };
}

/** The Region for which a request is signed: `Credential=<key>/<date>/<region>/<service>/aws4_request`. */
function regionOf({ authorization = "" }: IncomingHttpHeaders): string {
  return /Credential=[^/]+\/\d+\/(?<region>[^/]+)\//.exec(authorization)?.groups?.["region"] ?? "";
}

/** Forwards a request, and returns the answer as it is, even if its connection is cut. */
async function forward(
  simulator: Simulator | undefined,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (simulator === undefined) {
    outgoing.destroy();
    return;
  }
  const url = new URL(incoming.url ?? "/", simulator.endpoint);
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = send(url, { method: incoming.method, headers: incoming.headers }, resolve);
      sent.on("error", reject);
      incoming.pipe(sent);
    });
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    await pipeline(answer, outgoing);
  } catch {
    outgoing.destroy();
  }
}
