import type { Agent, IncomingMessage } from "node:http";
import { request } from "node:https";

import { asError } from "../../../errors.ts";

/** How long it may take to reach the API server, in ms. */
const CONNECTION_TIMEOUT_MS = 5_000;
/** How long a whole answer may take, in ms: a call under way must end within the reserve of a run. */
const REQUEST_TIMEOUT_MS = 25_000;

/** The code of an error: the server was reached, and did not answer in time. */
export const SLOW = "ESOCKETTIMEDOUT";

/** How a request is made. */
export interface RequestOptions {
  readonly agent: Agent;
  /** The only certificate authority that is trusted, in PEM. */
  readonly ca: string;
  readonly token: string;
  /** Takes the body, part by part. */
  readonly onText: (text: string) => void;
  readonly timeoutMs?: number;
}

/**
 * Makes a request by HTTPS, and returns the answer's status. Rejects with Node's error if there is no answer or if it is cut, and with
 * what the taker of the body throws. Follows no redirect.
 */
export async function get(url: URL, options: RequestOptions): Promise<number> {
  const { agent, ca, token, onText, timeoutMs = REQUEST_TIMEOUT_MS } = options;
  try {
    return await new Promise<number>((resolve, reject) => {
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
        readBody(response, onText).then(() => resolve(response.statusCode ?? 0), reject);
      });
      asked.end();
    });
  } catch (error) {
    throw plain(error, timeoutMs);
  }
}

async function readBody(response: IncomingMessage, onText: (text: string) => void): Promise<void> {
  response.setEncoding("utf8");
  for await (const text of response) onText(String(text));
}

function limitConnecting(asked: ReturnType<typeof request>): void {
  const timer = setTimeout(() => {
    asked.destroy(timeout("ETIMEDOUT", `no connection within ${CONNECTION_TIMEOUT_MS / 1000} s`));
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
  return isLate ? timeout(SLOW, `no complete answer within ${timeoutMs / 1000} s`) : error;
}

function timeout(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
