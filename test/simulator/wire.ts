import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** A request as it arrives at the port. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The X-Amz-Target header, which AWS's JSON protocols have. */
  readonly target: string | undefined;
  /** The token of the Authorization header, by which API servers of Kubernetes know who asks. */
  readonly bearer: string | undefined;
  readonly body: string;
}

/** An answer as it leaves the port. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The error code, if the answer is an error. */
  readonly error?: string;
  /** The connection ends in the middle of the body. */
  readonly isReset?: true;
}

export async function readRequest(request: IncomingMessage): Promise<WireRequest> {
  const body = await text(request);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const target = request.headers["x-amz-target"];
  return {
    method: request.method ?? "GET",
    path: pathname,
    query: Object.fromEntries(searchParams),
    target: typeof target === "string" ? target : undefined,
    bearer: /^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1],
    body,
  };
}

export function sendAnswer(response: ServerResponse, answer: WireAnswer, date: Date): void {
  const { status, headers, body, isReset } = answer;
  const length = Buffer.byteLength(body);
  response.writeHead(status, { ...headers, date: date.toUTCString(), "content-length": length });
  if (isReset === undefined) response.end(body);
  else response.write(body.slice(0, body.length / 2), () => response.destroy());
}
