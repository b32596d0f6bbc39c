import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

import { afterAll, beforeAll, beforeEach, vi } from "vitest";

import { freePort } from "../free-port.ts";
import { ACCOUNT, EMULATED_REGION } from "./registry.ts";

/** How an emulator of AWS is started on a local port, and emptied. */
export interface Emulator {
  readonly command: string;
  readonly args: (port: number) => readonly string[];
  readonly env: (port: number) => Readonly<Record<string, string>>;
  /** A path that answers once the emulator is ready. */
  readonly readyPath: string;
  /** A path that deletes everything, by POST. */
  readonly resetPath: string;
  /** What installs it. */
  readonly install: string;
}

interface Running extends AsyncDisposable {
  readonly endpoint: string;
}

/** Starts an emulator on a free port. Throws if its command is not installed. */
async function start(emulator: Emulator): Promise<Running> {
  const port = await freePort();
  const server = spawn(emulator.command, emulator.args(port), {
    stdio: "ignore",
    env: { ...process.env, ...emulator.env(port) },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await Promise.race([answers(`${endpoint}${emulator.readyPath}`), failsToStart(server, emulator)]);
  return {
    endpoint,
    [Symbol.asyncDispose]: async () => {
      server.kill();
      await once(server, "exit");
    },
  };
}

/** Starts an emulator for the tests in a file, empties it before each test, and points the environment to it. */
export function useEmulator(emulator: Emulator): void {
  let running: Running;
  beforeAll(async () => {
    running = await start(emulator);
  });
  afterAll(async () => {
    await running[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    vi.stubEnv("AWS_ENDPOINT_URL", running.endpoint);
    vi.stubEnv("AWS_REGION", EMULATED_REGION);
    // An emulator can take a key of 12 digits for the number of the account.
    vi.stubEnv("AWS_ACCESS_KEY_ID", ACCOUNT);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "emulated");
    await fetch(`${running.endpoint}${emulator.resetPath}`, { method: "POST" });
  });
}

async function answers(url: string): Promise<void> {
  for (;;) {
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // It does not listen yet.
    }
    await delay(100);
  }
}

async function failsToStart(server: ChildProcess, { command, install }: Emulator): Promise<never> {
  const [cause] = await Promise.race([once(server, "error"), once(server, "exit")]).catch(
    (error: unknown) => [error],
  );
  throw new Error(`${command} did not start; install it with: ${install}`, { cause });
}
