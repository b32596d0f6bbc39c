import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { start } from "../../src/run/start.ts";

let asked: string[];
let proxy: ReturnType<typeof createServer>;

/** Starts a proxy that records the hosts it is asked for, and refuses every connection. */
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

test("a run calls AWS through the proxy in HTTPS_PROXY", async () => {
  const { summary } = await start({ env });
  expect(summary.complete).toBe(false);
  expect(asked).toContain("tagging.eu-west-1.amazonaws.com:443");
  expect(asked).toContain("api.ecr.eu-west-1.amazonaws.com:443");
});

test("a run calls the hosts in NO_PROXY directly", async () => {
  vi.stubEnv("NO_PROXY", "localhost,127.0.0.1");
  // The proxy speaks no TLS. The SDK does not retry such an error.
  const { port } = proxy.address() as AddressInfo;
  vi.stubEnv("AWS_ENDPOINT_URL", `https://127.0.0.1:${port}`);
  const { summary } = await start({ env });
  expect(summary.failures[0]?.code).toBe("EPROTO");
  expect(asked).toEqual([]);
});
