import { Agent, createServer } from "node:https";
import type { AddressInfo } from "node:net";

import { describe, expect, onTestFinished, test } from "vitest";

import { get } from "../../../../src/in-use/sources/eks/request.ts";
import { type Certified, certify } from "../../../aws/certificate.ts";

const SERVER = certify();

interface AskOptions {
  /** Who is trusted. */
  readonly ca?: Certified;
  readonly host?: string;
  readonly timeoutMs?: number;
}

/** Starts a server, asks it, and returns what it got. */
async function ask(
  listener: Parameters<typeof createServer>[1],
  { ca = SERVER, host = "localhost", timeoutMs = 5_000 }: AskOptions = {},
) {
  const server = createServer(SERVER, listener);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const agent = new Agent();
  onTestFinished(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  let body = "";
  const status = await get(new URL(`https://${host}:${port}/api`), {
    agent,
    ca: ca.cert,
    token: "secret",
    timeoutMs,
    onText: (text) => (body += text),
  });
  return { status, body };
}

describe("a request to an API server", () => {
  test("sends the token, and returns status and body", async () => {
    const answer = await ask((request, response) => {
      response.writeHead(418);
      response.end(request.headers.authorization);
    });
    expect(answer).toMatchObject({
      status: 418,
      body: "Bearer secret",
    });
  });

  test.for([
    {
      name: "whose certificate another authority has signed",
      options: { ca: certify() },
      code: "DEPTH_ZERO_SELF_SIGNED_CERT",
    },
    {
      name: "whose certificate is for another host",
      options: { host: "127.0.0.1" },
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    },
  ])("sends nothing to a server $name", async ({ options, code }) => {
    let requests = 0;
    const asking = ask(() => {
      requests += 1;
    }, options);
    await expect(asking).rejects.toMatchObject({ code });
    expect(requests).toBe(0);
  });

  test("trusts no certificate because of NODE_TLS_REJECT_UNAUTHORIZED", async () => {
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    onTestFinished(() => {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    });
    await expect(ask(() => {}, { ca: certify() })).rejects.toThrow("self-signed");
  });

  test("fails if the answer does not begin in time", async () => {
    await expect(ask(() => {}, { timeoutMs: 100 })).rejects.toMatchObject({
      code: "ESOCKETTIMEDOUT",
      message: "no complete answer within 0.1 s",
    });
  });

  test("fails if the answer does not end in time", async () => {
    const asking = ask((_, response) => response.write("{"), { timeoutMs: 100 });
    await expect(asking).rejects.toMatchObject({ code: "ESOCKETTIMEDOUT" });
  });

  test("fails if the connection ends in the middle of the answer", async () => {
    const asking = ask((_, response) => {
      response.write("{", () => response.destroy());
    });
    await expect(asking).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test("follows no redirect, which would take the token elsewhere", async () => {
    const answer = await ask((_, response) => {
      response.writeHead(302, { location: "https://localhost:1/" });
      response.end();
    });
    expect(answer.status).toBe(302);
  });
});
