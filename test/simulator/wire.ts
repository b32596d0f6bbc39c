import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** A request as it arrives at the port. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The X-Amz-Target header, which AWS's JSON protocols have. */
  readonly target: string | undefined;
  readonly body: string;
}

/** An answer as it leaves the port. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
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
    body,
  };
}

export function sendAnswer(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  response.writeHead(status, headers);
  response.end(body);
}
