import { expect, test } from "vitest";

import { many, numbered, recordOf } from "../accounts.ts";
import { cleanAccount, invoke, runAccount } from "../make-run.ts";
import { type Account, REGISTRY, createAccount, enabled, old } from "../simulator/account.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

const SECOND = 1000;
const repositories = numbered("r", 12);
const parts = () => ({
  clusters: { main: {} },
  functions: { mailer: `${REGISTRY}/mailer:v1` },
  appRunnerServices: { landing: { status: "RUNNING", image: `${REGISTRY}/landing:v1` } },
  repositories: recordOf(repositories, () => enabled(many(250))),
});
const shop = () => createAccount(parts());

/** Runs the handler. At the nth call of an action, only 30 s are left. */
async function runUntil(
  account: Account,
  action: string,
  nth: number,
  options: SimulatorOptions = {},
) {
  let remainingMs = 60 * SECOND;
  let calls = 0;
  await using simulator = await startSimulator(account, {
    ...options,
    before: {
      [action]: () => {
        calls += 1;
        if (calls === nth) remainingMs = 30 * SECOND;
      },
    },
  });
  return await invoke(simulator, {}, {}, { getRemainingTimeInMillis: () => remainingMs });
}

const left = (account: Account) =>
  [...account.repositories.values()].reduce((sum, { images }) => sum + images.size, 0);

test("a run with 30 s left starts no call, and its summary counts exactly the deleted images", async () => {
  const account = shop();
  const summary = await runUntil(account, "ecr:BatchDeleteImage", 10);
  expect(summary).toMatchObject({
    complete: false,
    failures: [],
    images: { failed: 0, refused: 0 },
  });
  const { enabled: all, cleaned, notReached } = summary.repositories;
  expect(all).toBe(repositories.length);
  expect(cleaned + (notReached ?? 0)).toBe(repositories.length);
  expect(notReached).toBeGreaterThan(0);
  expect(summary.images.deleted).toBeGreaterThan(0);
  expect(summary.images.deleted).toBe(repositories.length * 250 - left(account));
});

test("a second run deletes the remaining images", async () => {
  const account = shop();
  await runUntil(account, "ecr:BatchDeleteImage", 10);
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
])("a run fails if time is up at %s, before it has read all evidence", async (action) => {
  const account = shop();
  await expect(runUntil(account, action, 1)).rejects.toThrow(
    /The time limit was reached before all evidence of use was read.* 900 s/,
  );
  expect(left(account)).toBe(repositories.length * 250);
});

test.for([3, 31])(
  "a function with a timeout of %i s fails, and its error names the timeout to set",
  async (seconds) => {
    const account = shop();
    let remainingMs = seconds * SECOND;
    await using simulator = await startSimulator(account, {
      before: {
        "ecr:ListTagsForResource": () => {
          remainingMs -= SECOND;
        },
      },
    });
    const context = { getRemainingTimeInMillis: () => remainingMs };
    await expect(invoke(simulator, {}, {}, context)).rejects.toThrow(
      "Set the function's timeout to 900 s",
    );
    expect(left(account)).toBe(repositories.length * 250);
  },
);

test("a summary counts the repositories that were not reached only if the run knows them", async () => {
  const { exitCode, summary: complete } = await runAccount({
    repositories: { app: enabled([old("v1")]) },
  });
  expect(exitCode).toBe(0);
  expect(complete.repositories.notReached).toBe(0);

  const { summary } = await cleanAccount(
    { repositories: { app: enabled([old("v1")]) } },
    {},
    {},
    { remainingMs: () => 3 * SECOND },
  );
  expect(summary).toMatchObject({ complete: false, repositories: { notReached: null } });
});

test("a run does not retry a call after time is up", async () => {
  let remainingMs = 60 * SECOND;
  const options: SimulatorOptions = {
    rateLimits: [{ actions: ["ecr:BatchDeleteImage"], burst: 0, perSecond: 0 }],
    isAllowed: (action) => {
      if (action === "ecr:BatchDeleteImage") remainingMs = 30 * SECOND;
      return true;
    },
  };
  const { summary } = await cleanAccount(parts(), options, {}, { remainingMs: () => remainingMs });
  expect(summary).toMatchObject({
    complete: false,
    failures: [],
    images: { deleted: 0, failed: 0 },
  });
});

test("a run reports a failed source even if time is up for another source", async () => {
  const running = runUntil(shop(), "apprunner:ListServices", 1, {
    isAllowed: (action) => action !== "lambda:ListFunctions",
  });
  await expect(running).rejects.toThrow("allow lambda:ListFunctions");
});
