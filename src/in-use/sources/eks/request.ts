import type { Agent } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";

import { asError } from "../../../errors.ts";

/** How long it may take to reach the API server, in ms. */
const CONNECTION_TIMEOUT_MS = 5_000;
/** How long a whole answer may take, in ms: a call under way must end within the reserve of a run. */
const REQUEST_TIMEOUT_MS = 25_000;

/** What an API server answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** How a request is made. */
export interface RequestOptions {
  readonly agent: Agent;
  /** The only certificate authority that is trusted, in PEM. */
  readonly ca: string;
  readonly token: string;
  readonly timeoutMs?: number;
}

/** Gets an answer by HTTPS. Rejects with Node's error if there is none, or if it is cut. Follows no redirect. */
export async function get(url: URL, options: RequestOptions): Promise<Answer> {
  const { agent, ca, token, timeoutMs = REQUEST_TIMEOUT_MS } = options;
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const asked = request(url, {
        agent,
        ca,
        // Also where NODE_TLS_REJECT_UNAUTHORIZED=0 turns the check off.
        rejectUnauthorized: true,
        headers: { accept: "application/json", authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(timeoutMs),
      });
      limitConnecting(asked);
      asked.once("error", reject);
      asked.once("response", (response) => {
        const { statusCode: status = 0, headers } = response;
        text(response).then((body) => resolve({ status, headers, body }), reject);
      });
      asked.end();
    });
  } catch (error) {
    throw plain(error, timeoutMs);
  }
}

function limitConnecting(asked: ReturnType<typeof request>): void {
  const timer = setTimeout(() => {
    asked.destroy(timeout(`no connection within ${CONNECTION_TIMEOUT_MS / 1000} s`));
  }, CONNECTION_TIMEOUT_MS);
  const stop = () => clearTimeout(timer);
  asked.once("close", stop);
  asked.once("socket", (socket) => {
    if (socket.connecting) socket.once("connect", stop);
    else stop();
  });
}

/** Of several addresses that failed, the first error. */
function plain(thrown: unknown, timeoutMs: number): Error {
  if (thrown instanceof AggregateError && thrown.errors.length > 0)
    return asError(thrown.errors[0]);
  const error = asError(thrown);
  const isLate = error.name === "AbortError" || error.name === "TimeoutError";
  return isLate ? timeout(`no complete answer within ${timeoutMs / 1000} s`) : error;
}

function timeout(message: string): Error {
  return Object.assign(new Error(message), { code: "ETIMEDOUT" });
}
