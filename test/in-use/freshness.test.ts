import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createAwsClients } from "../../src/aws/clients.ts";
import { parseConfig } from "../../src/settings/config.ts";
import { FreshEvidence } from "../../src/in-use/freshness.ts";
import { createLog } from "../../src/log.ts";
import type { Run } from "../../src/run/context.ts";
import { REGISTRY, createAccount } from "../simulator/account.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";

const MINUTE = 60_000;

let simulator: Simulator;
let isDenied: boolean;
let now: number;

beforeEach(async () => {
  isDenied = false;
  now = Date.now();
  const account = createAccount({ functions: { mailer: `${REGISTRY}/app:v1` } });
  simulator = await startSimulator(account, { isAllowed: () => !isDenied });
  for (const [name, value] of Object.entries(simulator.env)) vi.stubEnv(name, value);
});
afterEach(async () => {
  await simulator[Symbol.asyncDispose]();
});

async function read(env: Record<string, string> = {}) {
  const run: Run = {
    config: parseConfig({ DRY_RUN: "false", ...env }).config,
    aws: await createAwsClients({ hasTime: () => true }),
    log: createLog("SILENT"),
    now: () => now,
    observer: {},
  };
  return FreshEvidence.read(run);
}

describe("a plan made by some evidence", () => {
  test("holds for ten minutes, and not a moment longer", async () => {
    const evidence = await read();
    const first = await evidence.current();
    now += 10 * MINUTE;
    expect(evidence.isCurrent(first)).toBe(true);
    now += 1;
    expect(evidence.isCurrent(first)).toBe(false);
  });

  test("no longer holds when somebody else has newer evidence read, and while that is being read", async () => {
    const evidence = await read();
    const first = await evidence.current();
    now += 11 * MINUTE;
    const reading = evidence.current();
    expect(evidence.isCurrent(first)).toBe(false);
    const second = await reading;
    expect(second).not.toBe(first);
    expect(evidence.isCurrent(first)).toBe(false);
    expect(evidence.isCurrent(second)).toBe(true);
  });

  test("holds for a dry run as long as it takes", async () => {
    const evidence = await read({ DRY_RUN: "true" });
    const first = await evidence.current();
    now += 100 * MINUTE;
    expect(evidence.isCurrent(first)).toBe(true);
    expect(await evidence.current()).toBe(first);
  });
});

test("evidence is read once for all who ask for it at the same time", async () => {
  const evidence = await read();
  now += 11 * MINUTE;
  const [one, other] = await Promise.all([evidence.current(), evidence.current()]);
  expect(one).toBe(other);
  expect(simulator.callsOf("ecs:ListClusters")).toHaveLength(2);
});

test("after a reading that failed, nothing holds and nothing is read again", async () => {
  const evidence = await read();
  const first = await evidence.current();
  now += 11 * MINUTE;
  isDenied = true;
  await expect(evidence.current()).rejects.toThrow("ecs:ListClusters");
  isDenied = false;
  expect(evidence.isCurrent(first)).toBe(false);
  await expect(evidence.current()).rejects.toThrow("ecs:ListClusters");
  expect(evidence.failure).toMatchObject({ name: "ScanError" });
});

test("evidence that is empty the second time ends the run as if it were the first", async () => {
  const evidence = await read();
  evidence.requireAny();
  now += 11 * MINUTE;
  simulator.account.functions.clear();
  const empty = await evidence.current();
  expect(() => evidence.requireAny()).toThrow("ALLOW_EMPTY_IN_USE");
  expect(evidence.isCurrent(empty)).toBe(false);
  now += 11 * MINUTE;
  await expect(evidence.current()).rejects.toThrow("ALLOW_EMPTY_IN_USE");
});
