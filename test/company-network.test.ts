import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createProxy } from "node:http";
import { type AddressInfo, type Server, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";

import { describe, expect, onTestFinished, test } from "vitest";

import { certify } from "./aws/certificate.ts";
import { createAccount, enabled, old, remaining } from "./simulator/account.ts";
import { startSimulator } from "./simulator/simulator.ts";

/** Lets a server listen until the test ends, and returns its port. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A proxy that connects to whatever it is asked for, and remembers it. */
async function startProxy() {
  const asked: string[] = [];
  const proxy = createProxy().on("connect", ({ url = "" }, client) => {
    asked.push(url);
    const { hostname, port } = new URL(`http://${url}`);
    const server = connect(Number(port), hostname, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(server).pipe(client);
    });
    for (const end of [client, server]) end.on("error", () => server.destroy());
  });
  return { asked, url: `http://127.0.0.1:${await listen(proxy)}` };
}

/** A simulated account behind TLS, with the certificate of an authority that Node does not know. */
async function startNetwork() {
  const simulator = await startSimulator(
    createAccount({ repositories: { "shop/api": enabled([old("v1")]) } }),
  );
  onTestFinished(() => simulator[Symbol.asyncDispose]());
  const { key, cert } = certify();
  const folder = mkdtempSync(join(tmpdir(), "authority-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const authority = join(folder, "authority.pem");
  writeFileSync(authority, cert);

  const simulatorPort = Number(new URL(simulator.endpoint).port);
  const server = createTlsServer({ key, cert }, (client) => {
    const inner = connect(simulatorPort, "127.0.0.1");
    client.pipe(inner).pipe(client);
    for (const end of [client, inner]) end.on("error", () => inner.destroy());
  });
  const host = `localhost:${await listen(server)}`;
  const proxy = await startProxy();
  const env = {
    ...simulator.env,
    AWS_ENDPOINT_URL: `https://${host}`,
    ALLOW_EMPTY_IN_USE: "true",
    DRY_RUN: "false",
  };
  return {
    env,
    host,
    authority,
    proxy,
    isDeleted: () => remaining(simulator.account, "shop/api").length === 0,
  };
}

/** Runs the built command line with nothing but the variables given. */
async function run(env: Readonly<Record<string, string>>) {
  return new Promise<{ readonly code: unknown; readonly output: string }>((resolve) => {
    execFile(process.execPath, ["dist/cli.mjs"], { env }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: stdout + stderr });
    });
  });
}

describe("the command line in a company's network", () => {
  test("trusts the certificate authority in NODE_EXTRA_CA_CERTS", async () => {
    const { env, authority, isDeleted } = await startNetwork();
    const { code } = await run({ ...env, NODE_EXTRA_CA_CERTS: authority });
    expect(code).toBe(0);
    expect(isDeleted()).toBe(true);
  });

  test("deletes nothing without it, and says which variable to set", async () => {
    const { env, isDeleted } = await startNetwork();
    const { code, output } = await run(env);
    expect(code).toBe(1);
    expect(output).toContain("set NODE_EXTRA_CA_CERTS to its PEM file");
    expect(isDeleted()).toBe(false);
  });

  test.for(["HTTPS_PROXY", "https_proxy"])("makes every call through %s", async (name) => {
    const { env, authority, proxy, host, isDeleted } = await startNetwork();
    const { code } = await run({ ...env, NODE_EXTRA_CA_CERTS: authority, [name]: proxy.url });
    expect(code).toBe(0);
    expect(isDeleted()).toBe(true);
    expect(new Set(proxy.asked)).toEqual(new Set([host]));
  });

  test("makes no call through the proxy to a host in NO_PROXY", async () => {
    const { env, authority, proxy, isDeleted } = await startNetwork();
    const { code } = await run({
      ...env,
      NODE_EXTRA_CA_CERTS: authority,
      HTTPS_PROXY: proxy.url,
      NO_PROXY: "localhost",
    });
    expect(code).toBe(0);
    expect(isDeleted()).toBe(true);
    expect(proxy.asked).toEqual([]);
  });
});
