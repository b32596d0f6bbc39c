import { describe, expect, test } from "vitest";

import { clean, run } from "../make-run.ts";
import {
  REGISTRY,
  createAccount,
  digestOf,
  enabled,
  image,
  old,
  remaining,
  repository,
} from "../simulator/account.ts";
import { ServiceError } from "../simulator/operation.ts";
import { startSimulator } from "../simulator/simulator.ts";

const serviceUsing = (...images: string[]) => ({
  clusters: { main: { web: { taskDefinition: "web:1" } } },
  taskDefinitions: { "web:1": images },
});

describe("a real run", () => {
  test("deletes exactly what is old, unused and in an enabled repository", async () => {
    const account = createAccount({
      ...serviceUsing(`${REGISTRY}/shop/api:v1`),
      repositories: {
        "shop/api": enabled([old("v1"), old("v2"), image("v3"), old("untagged", { tags: "" })]),
        "shop/other": repository([old("v1")]),
        "shop/misspelt": repository([old("v1")], { BoxCleanerEnabled: "True" }),
        "shop/disabled": repository([old("v1")], { BoxCleanerEnabled: "false" }),
      },
    });
    await using simulator = await startSimulator(account);
    const summary = await clean(simulator);

    expect(remaining(account, "shop/api")).toEqual(["v1", "v3"]);
    for (const name of ["shop/other", "shop/misspelt", "shop/disabled"]) {
      expect(remaining(account, name)).toEqual(["v1"]);
    }
    expect(summary).toEqual({
      dryRun: false,
      complete: true,
      durationMs: expect.any(Number),
      inUse: {
        evidence: "full",
        references: 1,
        referencesHere: 1,
        leftOut: [],
        sources: [
          { id: "ecs", name: "ECS", references: 1 },
          { id: "lambda", name: "Lambda", references: 0 },
          { id: "app-runner", name: "App Runner", references: 0 },
          { id: "eventbridge", name: "EventBridge", references: 0 },
          { id: "scheduler", name: "EventBridge Scheduler", references: 0 },
          { id: "pipes", name: "EventBridge Pipes", references: 0 },
          { id: "step-functions", name: "Step Functions", references: 0 },
        ].map((source) => ({ ...source, status: "complete", blindSpots: [] })),
      },
      repositories: { enabled: 1, cleaned: 1, skipped: 0, failed: 0, notReached: 0 },
      images: {
        total: 4,
        kept: { "too-young": 1, "in-use": 1 },
        unused: 2,
        heldBack: 0,
        deleted: 2,
        unconfirmed: 0,
        refused: 0,
        failed: 0,
      },
      bytes: { total: 400_000_000, unused: 200_000_000, deleted: 200_000_000 },
      failures: [],
    });
  });

  test("logs the original's messages", async () => {
    const account = createAccount({
      ...serviceUsing(`${REGISTRY}/shop/api:v1`),
      repositories: { "shop/api": enabled([old("v1"), old("v2")]) },
      appRunnerRegions: ["us-east-1"],
    });
    await using simulator = await startSimulator(account);
    const env = simulator.envWithout("apprunner");
    const { entries } = await run({ ...simulator, env }, [], { DRY_RUN: "false" });
    const messages = entries.map(({ message }) => message);
    expect(messages).toEqual([
      "Starting",
      "App Runner not available in this region",
      "Found used images",
      "Found old image in use",
      "Found unused image, removing",
      "Repository done",
      "Finished",
    ]);
    expect(entries[3]).toMatchObject({
      repository: "shop/api",
      tags: ["v1"],
      digest: digestOf("v1"),
      usedBy: [expect.stringContaining("service/main/web")],
    });
  });

  test("deletes 250 images with 3 calls", async () => {
    const images = Array.from({ length: 250 }, (_, i) => old(`v${i}`));
    const account = createAccount({ repositories: { "shop/api": enabled(images) } });
    await using simulator = await startSimulator(account);
    const summary = await clean(simulator);
    expect(summary.images.deleted).toBe(250);
    expect(remaining(account, "shop/api")).toEqual([]);
    expect(simulator.callsOf("ecr:BatchDeleteImage")).toHaveLength(3);
  });

  test("heeds the keep-days of each repository", async () => {
    const images = () => [image("d10", { ageDays: 10 }), image("d50", { ageDays: 50 })];
    const account = createAccount({
      repositories: {
        "keeps-default": enabled(images()),
        "keeps-more": enabled(images(), { BoxCleanerKeepDays: "60" }),
        "keeps-less": enabled(images(), { BoxCleanerKeepDays: "5" }),
        "keeps-typo": enabled(images(), { BoxCleanerKeepDays: "5 days" }),
      },
    });
    await using simulator = await startSimulator(account);
    const { exitCode, stdout, entries } = await run(simulator, ["--json"], {
      DRY_RUN: "false",
      DEFAULT_KEEP_DAYS: "20",
    });
    expect(exitCode).toBe(0);
    expect(remaining(account, "keeps-default")).toEqual(["d10"]);
    expect(remaining(account, "keeps-more")).toEqual(["d10", "d50"]);
    expect(remaining(account, "keeps-less")).toEqual([]);
    expect(remaining(account, "keeps-typo")).toEqual(["d10", "d50"]);
    expect(JSON.parse(stdout).repositories).toMatchObject({ enabled: 4, cleaned: 3, skipped: 1 });
    expect(entries).toContainEqual(
      expect.objectContaining({
        level: "WARN",
        repository: "keeps-typo",
        reason: expect.stringContaining('"5 days"'),
      }),
    );
  });

  test("keeps the whole repository of a reference that cannot be read", async () => {
    const account = createAccount({
      ...serviceUsing(`${REGISTRY}/shop/api:v1 # the old one`),
      repositories: { "shop/api": enabled([old("v1"), old("v2")]), other: enabled([old("v1")]) },
    });
    await using simulator = await startSimulator(account);
    const { entries } = await run(simulator, [], { DRY_RUN: "false" });
    expect(remaining(account, "shop/api")).toEqual(["v1", "v2"]);
    expect(remaining(account, "other")).toEqual([]);
    expect(entries).toContainEqual(
      expect.objectContaining({
        level: "WARN",
        message: "Cannot read an image reference, keeping its whole repository",
        reference: `${REGISTRY}/shop/api:v1 # the old one`,
      }),
    );
  });

  test("reads every page of everything", async () => {
    const count = 1001;
    // The index of tags knows none, so that all repositories are listed.
    const tagIndex = {};
    const names = Array.from({ length: count }, (_, i) => `n${i}`);
    const account = createAccount({
      tagIndex,
      repositories: {
        ...Object.fromEntries(names.map((name) => [name, repository([])])),
        "shop/api": enabled([...names.map((name) => old(name)), old("unused")]),
      },
      clusters: Object.fromEntries(
        names
          .slice(0, 101)
          .map((cluster) => [
            cluster,
            cluster === "n100"
              ? Object.fromEntries(
                  names.slice(0, 101).map((name) => [name, { taskDefinition: `${name}:1` }]),
                )
              : {},
          ]),
      ),
      taskDefinitions: Object.fromEntries(
        names.slice(0, 101).map((name) => [`${name}:1`, [`${REGISTRY}/shop/api:${name}`]]),
      ),
      functions: Object.fromEntries(
        names.slice(101, 160).map((name) => [name, `${REGISTRY}/shop/api:${name}`]),
      ),
      tasks: {
        n0: names.slice(160, 900).map((name) => ({
          containers: [{ image: `${REGISTRY}/shop/api:${name}` }],
        })),
      },
      appRunnerServices: Object.fromEntries(
        names
          .slice(900)
          .map((name) => [name, { status: "RUNNING", image: `${REGISTRY}/shop/api:${name}` }]),
      ),
      appRunnerRegions: [...names.slice(0, 20), "eu-west-1"],
    });
    await using simulator = await startSimulator(account);
    const summary = await clean(simulator);
    expect(summary.inUse.references).toBe(count);
    expect(summary.images).toMatchObject({ total: count + 1, deleted: 1 });
    expect(remaining(account, "shop/api")).toEqual(names.toSorted());
  });

  test("counts what ECR refuses apart from what fails, and fails only for the latter", async () => {
    const child = old("child", { tags: "" });
    const account = createAccount({
      ...serviceUsing(`${REGISTRY}/shop/api:multi`),
      repositories: {
        "shop/api": enabled([child, old("multi", { children: [child] }), old("moves")]),
      },
    });
    await using simulator = await startSimulator(account, {
      before: {
        "ecr:BatchDeleteImage": ({ repositories }) => {
          const images = repositories.get("shop/api")?.images;
          images?.get(digestOf("moves"))?.tags.clear();
          images?.set("sha256:new", { ...image("new", { tags: "moves" }), digest: "sha256:new" });
        },
      },
    });
    const { exitCode, stdout } = await run(simulator, ["--json"], {
      DRY_RUN: "false",
      IN_USE_EVIDENCE: "original",
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).images).toMatchObject({
      unused: 2,
      deleted: 0,
      refused: 2,
      failed: 0,
    });
    expect(account.repositories.get("shop/api")?.images.size).toBe(4);
  });

  test("goes on when one repository fails, and then fails with its name", async () => {
    const account = createAccount({
      repositories: Object.fromEntries(["a", "b", "c"].map((name) => [name, enabled([old("v1")])])),
    });
    await using simulator = await startSimulator(account, {
      before: {
        "ecr:DescribeImages": (_, { repositoryName }) => {
          if (repositoryName === "b") throw new ServiceError("InvalidParameterException", "broken");
        },
      },
    });
    const { exitCode, stdout, stderr } = await run(simulator, ["--json"], { DRY_RUN: "false" });
    const message =
      "ecr:DescribeImages failed for repository b: InvalidParameterException: broken (HTTP 400";
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(remaining(account, "a")).toEqual([]);
    expect(remaining(account, "b")).toEqual(["v1"]);
    expect(remaining(account, "c")).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({
      complete: true,
      repositories: { enabled: 3, cleaned: 2, failed: 1 },
      failures: [
        {
          repository: "b",
          image: null,
          code: "InvalidParameterException",
          message: expect.stringContaining(message),
        },
      ],
    });
  });

  test("stops a repository at a delete call that fails, and counts what went before", async () => {
    const images = Array.from({ length: 150 }, (_, i) => old(`v${i}`));
    const account = createAccount({ repositories: { "shop/api": enabled(images) } });
    let calls = 0;
    await using simulator = await startSimulator(account, {
      before: {
        "ecr:BatchDeleteImage": () => {
          calls += 1;
          if (calls === 2) throw new ServiceError("InvalidParameterException", "broken");
        },
      },
    });
    const { images: counts, failures } = await clean(simulator);
    expect(counts).toMatchObject({ unused: 150, deleted: 100, failed: 50 });
    expect(failures).toHaveLength(1);
    expect(account.repositories.get("shop/api")?.images.size).toBe(50);
  });

  test("lists at most 100 failures", async () => {
    const images = Array.from({ length: 150 }, (_, i) => old(`v${i}`));
    const account = createAccount({ repositories: { "shop/api": enabled(images) } });
    await using simulator = await startSimulator(account, {
      answers: {
        "ecr:BatchDeleteImage": ({ imageIds }) => ({
          failures: imageIds.map((imageId: unknown) => ({ imageId, failureCode: "KmsError" })),
        }),
      },
    });
    const summary = await clean(simulator);
    expect(summary.images).toMatchObject({ unused: 150, deleted: 0, failed: 150 });
    expect(summary.failures).toHaveLength(100);
    expect(summary.failures[0]).toEqual({
      repository: "shop/api",
      image: digestOf("v0"),
      code: "KmsError",
      message: "ECR gave no reason",
    });
  });

  test("rides out throttling", async () => {
    const images = Array.from({ length: 500 }, (_, i) => old(`v${i}`));
    const account = createAccount({ repositories: { "shop/api": enabled(images) } });
    await using simulator = await startSimulator(account, {
      rateLimits: [{ actions: ["ecr:BatchDeleteImage"], burst: 1, perSecond: 2 }],
    });
    const summary = await clean(simulator);
    expect(summary).toMatchObject({ images: { deleted: 500 }, failures: [] });
    expect(simulator.calls.some(({ error }) => error === "ThrottlingException")).toBe(true);
  });
});

describe("a dry run", () => {
  const account = () =>
    createAccount({ repositories: { "shop/api": enabled([old("v1"), image("v2")]) } });

  test.for(["True", "False", "0", "no", ""])("with DRY_RUN=%j deletes nothing", async (text) => {
    await using simulator = await startSimulator(account());
    const { exitCode, entries } = await run(simulator, [], { DRY_RUN: text });
    expect(exitCode).toBe(0);
    expect(remaining(simulator.account, "shop/api")).toEqual(["v1", "v2"]);
    expect(simulator.callsOf("ecr:BatchDeleteImage")).toEqual([]);
    const messages = entries.map(({ message }) => message);
    expect(messages).toContain("Found unused image, should be removed");
    expect(messages).not.toContain("Found unused image, removing");
  });

  test("plans what the real run then does", async () => {
    await using simulator = await startSimulator(account());
    const dry = JSON.parse((await run(simulator, ["--json"])).stdout);
    const real = await clean(simulator);
    expect(dry.images).toEqual({ ...real.images, deleted: 0 });
    expect(dry.bytes).toEqual({ ...real.bytes, deleted: 0 });
  });
});

describe("an account with nothing", () => {
  test("to clean is clean", async () => {
    await using simulator = await startSimulator(createAccount());
    const { exitCode, stdout } = await run(simulator);
    expect(exitCode).toBe(0);
    expect(stdout).toBe("No repository is tagged BoxCleanerEnabled=true: nothing to do.\n");
  });
});
