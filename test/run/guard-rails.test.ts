import { describe, expect, test } from "vitest";

import { failingDeletions, many, numbered, recordOf } from "../accounts.ts";
import { run, runAccount } from "../make-run.ts";
import { REGISTRY, createAccount, enabled, image, old, remaining } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

describe("MAX_DELETE_PERCENT", () => {
  const parts = () => ({
    repositories: {
      half: enabled([old("v1"), image("v2")]),
      most: enabled([...many(3), image("young")]),
    },
  });

  test.for([
    { percent: "100", half: 1, most: 1 },
    { percent: "75", half: 1, most: 1 },
    { percent: "74", half: 1, most: 4 },
    { percent: "50", half: 1, most: 4 },
    { percent: "0", half: 2, most: 4 },
  ])("of $percent leaves $half and $most images", async ({ percent, half, most }) => {
    const settings = { MAX_DELETE_PERCENT: percent };
    const { account, summary } = await runAccount(parts(), {}, settings);
    expect(account.repositories.get("half")?.images.size).toBe(half);
    expect(account.repositories.get("most")?.images.size).toBe(most);
    expect(summary.repositories.skipped).toBe(Number(half === 2) + Number(most === 4));
  });

  test("skips a repository in a dry run too, and the report names it", async () => {
    await using simulator = await startSimulator(createAccount(parts()));
    const { exitCode, stdout } = await run(simulator, [], { MAX_DELETE_PERCENT: "60" });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "  skipped: 3 of its 4 images would be deleted, more than the 60 % of MAX_DELETE_PERCENT",
    );
  });
});

describe("MAX_DELETIONS", () => {
  test.for([
    { limit: "0", deleted: 0, complete: false },
    { limit: "1", deleted: 1, complete: false },
    { limit: "150", deleted: 150, complete: false },
    { limit: "899", deleted: 899, complete: false },
    { limit: "900", deleted: 900, complete: true },
  ])("of $limit lets a run delete $deleted of 900 images", async ({ limit, deleted, complete }) => {
    const repositories = numbered("r", 3);
    const { account, exitCode, summary } = await runAccount(
      { repositories: recordOf(repositories, () => enabled(many(300))) },
      {},
      { MAX_DELETIONS: limit },
    );
    const left = repositories.map((name) => account.repositories.get(name)?.images.size ?? 0);
    expect(exitCode).toBe(0);
    expect(summary).toMatchObject({ complete, failures: [], images: { unused: 900, deleted } });
    expect(left.reduce((sum, size) => sum + size)).toBe(900 - deleted);
  });

  test("does not count images that ECR refuses to delete", async () => {
    const { summary } = await runAccount(
      { repositories: { app: enabled(many(10)) } },
      failingDeletions("ImageTagDoesNotMatchDigest"),
      { MAX_DELETIONS: "10" },
    );
    expect(summary).toMatchObject({ complete: true, images: { refused: 10, deleted: 0 } });
  });
});

const REFUSE_EMPTY = { ALLOW_EMPTY_IN_USE: "false" };

describe("a run that finds no image in use", () => {
  const parts = () => ({
    repositories: { app: enabled([old("v1")]), other: enabled([image("v1")]) },
    functions: { elsewhere: "docker.io/library/nginx:1.29" },
  });

  test("deletes nothing and fails", async () => {
    const { account, exitCode, summary } = await runAccount(parts(), {}, REFUSE_EMPTY);
    expect(exitCode).toBe(1);
    expect(remaining(account, "app")).toEqual(["v1"]);
    expect(summary).toMatchObject({
      complete: false,
      repositories: { enabled: 2, cleaned: 1, notReached: 1 },
      failures: [{ repository: null, message: expect.stringContaining("ALLOW_EMPTY_IN_USE=true") }],
    });
  });

  test.for([
    {
      name: "deletes with ALLOW_EMPTY_IN_USE=true",
      more: { ALLOW_EMPTY_IN_USE: "true" },
      left: [],
    },
    { name: "succeeds as a dry run", more: { DRY_RUN: "true" }, left: ["v1"] },
  ])("$name", async ({ more, left }) => {
    const result = await runAccount(parts(), {}, { ...REFUSE_EMPTY, ...more });
    expect(result.exitCode).toBe(0);
    expect(result.summary.images.unused).toBe(1);
    expect(remaining(result.account, "app")).toEqual(left);
  });

  test("succeeds if it has nothing to delete", async () => {
    const young = { repositories: { app: enabled([image("v1")]) } };
    const { exitCode } = await runAccount(young, {}, REFUSE_EMPTY);
    expect(exitCode).toBe(0);
  });
});

test("a run that finds a single reference to the registry deletes", async () => {
  const { account, exitCode } = await runAccount(
    { repositories: { app: enabled([old("v1")]) }, functions: { mailer: `${REGISTRY}/gone:v1` } },
    {},
    REFUSE_EMPTY,
  );
  expect(exitCode).toBe(0);
  expect(remaining(account, "app")).toEqual([]);
});
