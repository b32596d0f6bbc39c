import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { start } from "../../src/run/start.ts";

let asked: string[];
let proxy: ReturnType<typeof createServer>;

/** A proxy that notes what it is asked to connect to, and refuses. */
beforeEach(async () => {
  asked = [];
  proxy = createServer();
  proxy.on("connect", ({ url = "" }, socket) => {
    asked.push(url);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, "127.0.0.1", resolve);
  });
  const { port } = proxy.address() as AddressInfo;
  vi.stubEnv("HTTPS_PROXY", `http://127.0.0.1:${port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "simulated");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "simulated");
});
afterEach(() => {
  proxy.close();
});

const env = { AWS_REGION: "eu-west-1", BOX_LOG: "SILENT" };

test("calls to AWS go through the proxy of HTTPS_PROXY", async () => {
  const { summary } = await start({ env });
  expect(summary.complete).toBe(false);
  expect(asked).toContain("tagging.eu-west-1.amazonaws.com:443");
  expect(asked).toContain("api.ecr.eu-west-1.amazonaws.com:443");
});

test("calls to hosts of NO_PROXY do not", async () => {
  vi.stubEnv("NO_PROXY", "localhost,127.0.0.1");
  // A server that speaks no TLS, which no repeat can change.
  const { port } = proxy.address() as AddressInfo;
  vi.stubEnv("AWS_ENDPOINT_URL", `https://127.0.0.1:${port}`);
  const { summary } = await start({ env });
  expect(summary.failures[0]?.code).toBe("EPROTO");
  expect(asked).toEqual([]);
});
