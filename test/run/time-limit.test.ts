import { afterEach, expect, test, vi } from "vitest";

import { handler } from "../../src/handler.ts";
import { start } from "../../src/run/start.ts";
import { run, useSimulator } from "../make-run.ts";
import { type Account, REGISTRY, createAccount, enabled, old } from "../simulator/account.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

let simulator: Simulator;
afterEach(async () => {
  await simulator[Symbol.asyncDispose]();
});

const SECOND = 1000;
const names = Array.from({ length: 12 }, (_, i) => `r${i}`);
const shop = () =>
  createAccount({
    clusters: { main: {} },
    functions: { mailer: `${REGISTRY}/mailer:v1` },
    appRunnerServices: { landing: { status: "RUNNING", image: `${REGISTRY}/landing:v1` } },
    repositories: Object.fromEntries(
      names.map((name) => [name, enabled(Array.from({ length: 250 }, (_, i) => old(`v${i}`)))]),
    ),
  });

/** Runs the handler with a clock that jumps to its end at the nth call of an action. */
async function runUntil(
  account: Account,
  action: string,
  nth: number,
  options: SimulatorOptions = {},
) {
  let remainingMs = 60 * SECOND;
  let calls = 0;
  simulator = await startSimulator(account, {
    ...options,
    before: {
      [action]: () => {
        calls += 1;
        if (calls === nth) remainingMs = 30 * SECOND;
      },
    },
  });
  useSimulator(simulator);
  vi.stubEnv("BOX_LOG", "SILENT");
  vi.stubEnv("ALLOW_EMPTY_IN_USE", "true");
  vi.stubEnv("DRY_RUN", "false");
  return handler({}, { getRemainingTimeInMillis: () => remainingMs });
}

const left = (account: Account) =>
  [...account.repositories.values()].reduce((sum, { images }) => sum + images.size, 0);

test("with less than 30 s left nothing new starts, and the summary tells exactly what is done", async () => {
  const account = shop();
  const summary = await runUntil(account, "ecr:BatchDeleteImage", 10);
  expect(summary).toMatchObject({
    complete: false,
    failures: [],
    images: { failed: 0, refused: 0 },
  });
  const { enabled: all, cleaned, notReached } = summary.repositories;
  expect(all).toBe(names.length);
  expect(cleaned + (notReached ?? 0)).toBe(names.length);
  expect(notReached).toBeGreaterThan(0);
  expect(summary.images.deleted).toBeGreaterThan(0);
  expect(summary.images.deleted).toBe(names.length * 250 - left(account));
});

test("a second run finishes", async () => {
  const account = shop();
  await runUntil(account, "ecr:BatchDeleteImage", 10);
  await simulator[Symbol.asyncDispose]();
  expect(await runUntil(account, "never", 1)).toMatchObject({ complete: true, failures: [] });
  expect(left(account)).toBe(0);
});

test.for([
  "ecs:ListClusters",
  "lambda:ListFunctions",
  "apprunner:ListServices",
  "tag:GetResources",
  "ecr:ListTagsForResource",
  "ecr:DescribeImages",
])("when time is up at %s, before all evidence is read, the run fails", async (action) => {
  const account = shop();
  await expect(runUntil(account, action, 1)).rejects.toThrow(
    /The time limit was reached before all evidence of use was read.* 900 s/,
  );
  expect(left(account)).toBe(names.length * 250);
});

test.for([3, 31])(
  "a function with a timeout of %i s fails, and says what to set",
  async (seconds) => {
    const account = shop();
    let remainingMs = seconds * SECOND;
    simulator = await startSimulator(account, {
      before: {
        "ecr:ListTagsForResource": () => {
          remainingMs -= SECOND;
        },
      },
    });
    useSimulator(simulator);
    vi.stubEnv("BOX_LOG", "SILENT");
    vi.stubEnv("DRY_RUN", "false");
    const context = { getRemainingTimeInMillis: () => remainingMs };
    await expect(handler({}, context)).rejects.toThrow("Set the function's timeout to 900 s");
    expect(left(account)).toBe(names.length * 250);
  },
);

test("the summary of a run without evidence says what is not known", async () => {
  const account = createAccount({ repositories: { app: enabled([old("v1")]) } });
  simulator = await startSimulator(account);
  const { exitCode, stdout } = await run(simulator, ["--json"], {
    DRY_RUN: "false",
    BOX_LOG: "SILENT",
  });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).repositories.notReached).toBe(0);

  useSimulator(simulator);
  const { summary } = await start({
    env: { DRY_RUN: "false", BOX_LOG: "SILENT" },
    remainingMs: () => 3 * SECOND,
  });
  expect(summary).toMatchObject({ complete: false, repositories: { notReached: null } });
});

test("when time is up while a call is being repeated, it is not repeated again", async () => {
  const account = shop();
  let remainingMs = 60 * SECOND;
  simulator = await startSimulator(account, {
    rateLimits: [{ actions: ["ecr:BatchDeleteImage"], burst: 0, perSecond: 0 }],
    isAllowed: (action) => {
      if (action === "ecr:BatchDeleteImage") remainingMs = 30 * SECOND;
      return true;
    },
  });
  useSimulator(simulator);
  const { summary } = await start({
    env: { DRY_RUN: "false", BOX_LOG: "SILENT", ALLOW_EMPTY_IN_USE: "true" },
    remainingMs: () => remainingMs,
  });
  expect(summary).toMatchObject({
    complete: false,
    failures: [],
    images: { deleted: 0, failed: 0 },
  });
});

test("a source that fails is told even when time is up for another", async () => {
  const account = shop();
  const running = runUntil(account, "apprunner:ListServices", 1, {
    isAllowed: (action) => action !== "lambda:ListFunctions",
  });
  await expect(running).rejects.toThrow("allow lambda:ListFunctions");
});
