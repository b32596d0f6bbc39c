import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

import { type Credential, credentialOf, credentialOfBearer } from "./credential.ts";

/** A request as it arrives at the port. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** The X-Amz-Target header, which AWS's JSON protocols have. */
  readonly target: string | undefined;
  /** The token of the Authorization header, by which API servers of Kubernetes know who asks. */
  readonly bearer: string | undefined;
  readonly bytes: Buffer;
  /** `bytes` as text. */
  readonly body: string;
  /** Missing if nobody signed the request. */
  readonly credential: Credential | undefined;
}

/** An answer as it leaves the port. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** The error code, if the answer is an error. */
  readonly error?: string;
  /** The connection ends in the middle of the body, or before an answer that has no body. */
  readonly isReset?: true;
}

export async function readRequest(request: IncomingMessage): Promise<WireRequest> {
  const bytes = await buffer(request);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const target = headerOf(request, "x-amz-target");
  const token = headerOf(request, "x-amz-security-token");
  const { authorization = "" } = request.headers;
  const bearer = /^Bearer (.*)$/.exec(authorization)?.[1];
  return {
    method: request.method ?? "GET",
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    target,
    bearer,
    bytes,
    body: bytes.toString(),
    credential:
      bearer === undefined ? credentialOf(authorization, token) : credentialOfBearer(bearer),
  };
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

/** Sends an answer; of an answer to HEAD only what comes before the body. */
export function sendAnswer(response: ServerResponse, answer: WireAnswer, date: Date): void {
  const { status, headers, body, isReset } = answer;
  const length = Buffer.byteLength(body);
  if (isReset && (length === 0 || response.req.method === "HEAD")) {
    response.destroy();
    return;
  }
  response.writeHead(status, { ...headers, date: date.toUTCString(), "content-length": length });
  if (isReset === undefined) response.end(body);
  else response.write(firstHalfOf(body), () => response.destroy());
}

/** The body of an answer without its second half. */
export function firstHalfOf(body: string | Buffer): Buffer {
  return Buffer.from(body).subarray(0, Buffer.byteLength(body) / 2);
}
