import { describe, expect, test } from "vitest";

import { many } from "../accounts.ts";
import { clean, run } from "../make-run.ts";
import { REGISTRY, createAccount, enabled, image, old, remaining } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

describe("MAX_DELETE_PERCENT", () => {
  const account = () =>
    createAccount({
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
  ])("$percent leaves $half and $most images", async ({ percent, half, most }) => {
    await using simulator = await startSimulator(account());
    const { repositories } = await clean(simulator, { MAX_DELETE_PERCENT: percent });
    expect(simulator.account.repositories.get("half")?.images.size).toBe(half);
    expect(simulator.account.repositories.get("most")?.images.size).toBe(most);
    expect(repositories.skipped).toBe(Number(half === 2) + Number(most === 4));
  });

  test("says which repository it has skipped, in a dry run too", async () => {
    await using simulator = await startSimulator(account());
    const { exitCode, stdout } = await run(simulator, [], { MAX_DELETE_PERCENT: "60" });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "most was skipped: 3 of its 4 images would be deleted, more than the 60 % of MAX_DELETE_PERCENT",
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
  ])("$limit stops after $deleted images", async ({ limit, deleted, complete }) => {
    const names = ["a", "b", "c"];
    const account = createAccount({
      repositories: Object.fromEntries(names.map((name) => [name, enabled(many(300))])),
    });
    await using simulator = await startSimulator(account);
    const { exitCode, stdout } = await run(simulator, ["--json"], {
      DRY_RUN: "false",
      MAX_DELETIONS: limit,
    });
    const summary = JSON.parse(stdout);
    const left = names.map((name) => account.repositories.get(name)?.images.size ?? 0);
    expect(exitCode).toBe(0);
    expect(summary).toMatchObject({ complete, failures: [], images: { unused: 900, deleted } });
    expect(left.reduce((sum, size) => sum + size)).toBe(900 - deleted);
  });

  test("counts no image that ECR keeps", async () => {
    const images = many(10);
    const account = createAccount({ repositories: { app: enabled(images) } });
    await using simulator = await startSimulator(account, {
      answers: {
        "ecr:BatchDeleteImage": ({ imageIds }) => ({
          failures: imageIds.map((imageId: unknown) => ({
            imageId,
            failureCode: "ImageTagDoesNotMatchDigest",
          })),
        }),
      },
    });
    const summary = await clean(simulator, { MAX_DELETIONS: "10" });
    expect(summary).toMatchObject({ complete: true, images: { refused: 10, deleted: 0 } });
  });
});

describe("evidence that nothing at all is in use", () => {
  const account = () =>
    createAccount({
      repositories: { app: enabled([old("v1")]), other: enabled([image("v1")]) },
      functions: { elsewhere: "docker.io/library/nginx:1.29" },
    });

  test("is no ground for a deletion", async () => {
    await using simulator = await startSimulator(account());
    const { exitCode, stdout } = await run(simulator, ["--json"], {
      DRY_RUN: "false",
      ALLOW_EMPTY_IN_USE: "false",
    });
    expect(exitCode).toBe(1);
    expect(remaining(simulator.account, "app")).toEqual(["v1"]);
    expect(JSON.parse(stdout)).toMatchObject({
      complete: false,
      repositories: { enabled: 2, cleaned: 1, notReached: 1 },
      failures: [{ repository: null, message: expect.stringContaining("ALLOW_EMPTY_IN_USE=true") }],
    });
  });

  test.for([
    { name: "unless that is said to be right", settings: { ALLOW_EMPTY_IN_USE: "true" }, left: [] },
    { name: "and a dry run reports as ever", settings: { DRY_RUN: "true" }, left: ["v1"] },
  ])("$name", async ({ settings, left }) => {
    await using simulator = await startSimulator(account());
    const { exitCode, stdout } = await run(simulator, ["--json"], {
      DRY_RUN: "false",
      ALLOW_EMPTY_IN_USE: "false",
      ...settings,
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).images.unused).toBe(1);
    expect(remaining(simulator.account, "app")).toEqual(left);
  });

  test("does not matter where there is nothing to delete", async () => {
    const clean = createAccount({ repositories: { app: enabled([image("v1")]) } });
    await using simulator = await startSimulator(clean);
    const { exitCode } = await run(simulator, [], {
      DRY_RUN: "false",
      ALLOW_EMPTY_IN_USE: "false",
    });
    expect(exitCode).toBe(0);
  });

  test("is not empty with a single reference", async () => {
    const used = createAccount({
      repositories: { app: enabled([old("v1")]) },
      functions: { mailer: `${REGISTRY}/gone:v1` },
    });
    await using simulator = await startSimulator(used);
    const settings = { DRY_RUN: "false", ALLOW_EMPTY_IN_USE: "false" };
    expect((await run(simulator, [], settings)).exitCode).toBe(0);
    expect(remaining(used, "app")).toEqual([]);
  });
});
