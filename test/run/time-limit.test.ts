import { afterEach, expect, test, vi } from "vitest";

import { handler } from "../../src/handler.ts";
import { type Account, createAccount, enabled, old } from "../simulator/account.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

let simulator: Simulator;
afterEach(async () => {
  await simulator[Symbol.asyncDispose]();
});

const SECOND = 1000;
const names = Array.from({ length: 12 }, (_, i) => `r${i}`);
const shop = () =>
  createAccount({
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
  for (const [name, value] of Object.entries(simulator.env)) vi.stubEnv(name, value);
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
  expect(cleaned + notReached).toBe(names.length);
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
  "ssm:GetParametersByPath",
  "tag:GetResources",
  "ecr:ListTagsForResource",
])("when time is up at %s, nothing is deleted and nothing fails", async (action) => {
  const account = shop();
  expect(await runUntil(account, action, 1)).toMatchObject({ complete: false, failures: [] });
  expect(left(account)).toBe(names.length * 250);
});

test("when time is up while a call is being repeated, it is not repeated again", async () => {
  const summary = await runUntil(shop(), "ecr:DescribeImages", 1, {
    rateLimits: [{ actions: ["ecr:BatchDeleteImage"], burst: 0, perSecond: 0 }],
  });
  expect(summary).toMatchObject({
    complete: false,
    failures: [],
    images: { deleted: 0, failed: 0 },
  });
});

test("a source that fails is told even when time is up for another", async () => {
  const account = shop();
  const running = runUntil(account, "ssm:GetParametersByPath", 1, {
    isAllowed: (action) => action !== "lambda:ListFunctions",
  });
  await expect(running).rejects.toThrow("allow lambda:ListFunctions");
});
