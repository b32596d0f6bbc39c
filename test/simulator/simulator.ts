import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

import { type Account, REGION } from "./account.ts";
import { appRunner } from "./app-runner.ts";
import { ecr } from "./ecr.ts";
import { ecs } from "./ecs.ts";
import { lambda } from "./lambda.ts";
import { type Members, type Operation, ServiceError } from "./operation.ts";
import { type RateLimit, RateLimiter } from "./rate-limiter.ts";
import { ssm } from "./ssm.ts";
import { tagging } from "./tagging.ts";

/** Every call that the simulator can answer, by its name in IAM policies. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...withPrefix("ecr", ecr),
  ...withPrefix("ecs", ecs),
  ...withPrefix("lambda", lambda),
  ...withPrefix("apprunner", appRunner),
  ...withPrefix("ssm", ssm),
  ...withPrefix("tag", tagging),
};

/** The services that speak AWS's JSON protocol, by the first part of the X-Amz-Target header. */
const JSON_SERVICES: Readonly<Record<string, string>> = {
  AmazonEC2ContainerRegistry_V20150921: "ecr",
  AmazonEC2ContainerServiceV20141113: "ecs",
  AppRunner: "apprunner",
  AmazonSSM: "ssm",
  ResourceGroupsTaggingAPI_20170126: "tag",
};

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

  const answer = (action: string, input: Members): Members => {
    const operation = OPERATIONS[action];
    if (operation === undefined) throw new ServiceError("UnknownOperationException", action, 404);
    if (options.isAllowed?.(action) === false) throw denied(action);
    limiter.take(action);
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
    const { action, input } = readRequest(request, await text(request));
    if (options.latencyMs !== undefined) await delay(options.latencyMs);
    try {
      const output = answer(action, input);
      calls.push({ action, input });
      send(response, 200, output);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { code, message, status } = error;
      calls.push({ action, input, error: code });
      response.setHeader("x-amzn-errortype", code);
      send(response, status, { __type: code, message });
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

function withPrefix(service: string, operations: Record<string, Operation>) {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [`${service}:${name}`, operation]),
  );
}

function denied(action: string): ServiceError {
  return new ServiceError(
    "AccessDeniedException",
    `User: arn:aws:sts::123456789012:assumed-role/cleaner is not authorized to perform: ${action}`,
    action.startsWith("lambda:") ? 403 : 400,
  );
}

/** Lambda speaks REST: the operation is in the path; the others name it in a header. */
function readRequest(request: IncomingMessage, body: string): { action: string; input: Members } {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") {
    const [service = "", operation = ""] = target.split(".");
    return { action: `${JSON_SERVICES[service]}:${operation}`, input: JSON.parse(body || "{}") };
  }
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const name = /^\/2015-03-31\/functions\/(?<name>[^/]+)/.exec(pathname)?.groups?.["name"];
  const query = Object.fromEntries(searchParams);
  return name === undefined
    ? { action: "lambda:ListFunctions", input: query }
    : {
        action: "lambda:GetFunction",
        input: { FunctionName: decodeURIComponent(name), ...query },
      };
}

function send(response: ServerResponse, status: number, body: Members): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
  response.end(JSON.stringify(body));
}
