import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

import { afterAll, beforeAll, beforeEach, vi } from "vitest";

export const MOTO_REGION = "us-west-1";

interface Moto extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a moto server on a free local port. Throws if `moto_server` is not installed. */
async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const endpoint = `http://127.0.0.1:${port}`;
  await Promise.race([answers(`${endpoint}/moto-api/`), failsToStart(server)]);
  return {
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: MOTO_REGION,
      AWS_ACCESS_KEY_ID: "moto",
      AWS_SECRET_ACCESS_KEY: "moto",
    },
    [Symbol.asyncDispose]: async () => {
      server.kill();
      await once(server, "exit");
    },
  };
}

/** Starts a moto server for the tests in a file, empties it before each test, and points the environment to it. */
export function useMoto(): void {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(async () => {
    await moto[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    for (const [name, value] of Object.entries(moto.env)) vi.stubEnv(name, value);
    await fetch(`${moto.env["AWS_ENDPOINT_URL"]}/moto-api/reset`, { method: "POST" });
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

async function answers(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch {
      await delay(100);
    }
  }
}

async function failsToStart(server: ChildProcess): Promise<never> {
  const [cause] = await Promise.race([once(server, "error"), once(server, "exit")]).catch(
    (error: unknown) => [error],
  );
  throw new Error("moto_server did not start; install it with: pip install 'moto[server]'", {
    cause,
  });
}
