import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

import { type Account, REGION } from "./account.ts";
import { type Members, ServiceError } from "./operation.ts";
import { type RateLimit, RateLimiter } from "./rate-limiter.ts";
import { type Service, errorOf, jsonService, successOf } from "./service.ts";
import { SERVICES } from "./services/index.ts";
import { type WireRequest, readRequest, sendAnswer } from "./wire.ts";

/** Takes the requests that no simulated service knows, and refuses all of them. */
const UNKNOWN = jsonService({ prefix: "unknown", version: "1.1", target: "", operations: {} });

/** What one request asks for. */
interface Asked {
  readonly service: Service<Account>;
  readonly operation: string;
  /** The call's name in IAM policies. */
  readonly action: string;
  readonly input: Members;
}

interface Call {
  readonly action: string;
  readonly input: Members;
  /** The error code of the answer, if it was an error. */
  readonly error?: string;
}

export interface SimulatorOptions {
  /** Calls that are answered with AccessDeniedException. */
  readonly isAllowed?: (action: string) => boolean;
  /** Runs before a call is answered: can change the account, or throw a ServiceError as the answer. */
  readonly before?: Readonly<Record<string, (account: Account, input: Members) => void>>;
  /** Answers a call in place of the account. */
  readonly answers?: Readonly<Record<string, (input: Members) => Members>>;
  readonly latencyMs?: number;
  readonly rateLimits?: readonly RateLimit[];
}

/** An AWS account behind one HTTP endpoint on this machine. */
export interface Simulator extends AsyncDisposable {
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** What unmodified AWS SDK clients need in their environment to talk to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly account: Account;
  /** What was called, in the order of the answers. */
  readonly calls: readonly Call[];
  /** The most calls that were under way at once. */
  readonly peakConcurrency: number;
  /** The calls of one action. */
  callsOf(action: string): Call[];
}

/** Starts a simulator on a free port of the loopback interface. */
export async function startSimulator(
  account: Account,
  options: SimulatorOptions = {},
): Promise<Simulator> {
  const calls: Call[] = [];
  const limiter = new RateLimiter(options.rateLimits ?? []);

  const answer = ({ service, operation: name, action, input }: Asked): Members => {
    const operation = service.operations[name];
    if (operation === undefined) throw new ServiceError("UnknownOperationException", action, 404);
    if (options.isAllowed?.(action) === false) throw denied(service, action);
    if (!limiter.take(action)) throw throttled(service);
    options.before?.[action]?.(account, input);
    return options.answers?.[action]?.(input) ?? operation(account, input);
  };

  const server = createServer((request, response) => {
    void respond(request, response);
  });
  let underWay = 0;
  let peakConcurrency = 0;
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    underWay += 1;
    peakConcurrency = Math.max(peakConcurrency, underWay);
    response.once("close", () => (underWay -= 1));
    const asked = recognize(await readRequest(request));
    const { service, action, input } = asked;
    if (options.latencyMs !== undefined) await delay(options.latencyMs);
    try {
      const output = answer(asked);
      calls.push({ action, input });
      sendAnswer(response, successOf(service, output));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      calls.push({ action, input, error: error.code });
      sendAnswer(response, errorOf(service, error));
    }
  };

  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: "simulated",
      AWS_SECRET_ACCESS_KEY: "simulated",
    },
    account,
    calls,
    get peakConcurrency() {
      return peakConcurrency;
    },
    callsOf: (action) => calls.filter((call) => call.action === action),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** What is asked of the first service that knows the request. */
function recognize(request: WireRequest): Asked {
  for (const service of SERVICES) {
    const asked = service.recognize(request);
    if (asked === undefined) continue;
    return { service, ...asked, action: `${service.prefix}:${asked.operation}` };
  }
  const operation = request.target ?? `${request.method} ${request.path}`;
  return { service: UNKNOWN, operation, action: `unknown:${operation}`, input: {} };
}

function denied({ denied: { code, status } }: Service<Account>, action: string): ServiceError {
  const user = "arn:aws:sts::123456789012:assumed-role/cleaner";
  return new ServiceError(code, `User: ${user} is not authorized to perform: ${action}`, status);
}

function throttled({ throttled: { code, status } }: Service<Account>): ServiceError {
  return new ServiceError(code, "Rate exceeded", status);
}
