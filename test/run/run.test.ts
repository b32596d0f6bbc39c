import { describe, expect, test } from "vitest";

import { app, many, numbered, recordOf, serviceUsing, untagged } from "../accounts.ts";
import { clean, run, runAccount } from "../make-run.ts";
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
import { startSimulator } from "../simulator/simulator.ts";

test("a run ends the work on a repository, and frees its memory, before it begins the last one", async () => {
  const { entries } = await runAccount({
    ...serviceUsing("docker.io/library/nginx:1.29"),
    repositories: recordOf(numbered("r", 30), () => enabled([old("v1")])),
  });
  const messages = entries.map(({ message }) => message);
  expect(messages.indexOf("Repository done")).toBeLessThan(
    messages.lastIndexOf("Found unused image, removing"),
  );
});

describe("a real run", () => {
  test("deletes exactly the old and unused images of enabled repositories", async () => {
    const { account, summary } = await runAccount({
      ...serviceUsing(`${REGISTRY}/shop/api:v1`),
      repositories: {
        "shop/api": enabled([old("v1"), old("v2"), image("v3"), untagged("untagged")]),
        "shop/other": repository([old("v1")]),
        "shop/misspelt": repository([old("v1")], { BoxCleanerEnabled: "True" }),
        "shop/disabled": repository([old("v1")], { BoxCleanerEnabled: "false" }),
      },
    });
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
        lists: [],
        sources: [
          { id: "ecs", name: "ECS", references: 2 },
          { id: "ecs-daemons", name: "ECS daemons", references: 0 },
          { id: "lambda", name: "Lambda", references: 0 },
          { id: "app-runner", name: "App Runner", references: 0 },
          { id: "eventbridge", name: "EventBridge", references: 0 },
          { id: "scheduler", name: "EventBridge Scheduler", references: 0 },
          { id: "pipes", name: "EventBridge Pipes", references: 0 },
          { id: "step-functions", name: "Step Functions", references: 0 },
          { id: "batch", name: "AWS Batch", references: 0 },
          { id: "sagemaker", name: "SageMaker", references: 0 },
          { id: "codebuild", name: "CodeBuild", references: 0 },
          { id: "agentcore", name: "AgentCore", references: 0 },
          { id: "eks", name: "EKS", references: 0 },
        ].map((source) => ({ ...source, status: "complete", blindSpots: [] })),
        places: [
          {
            account: "123456789012",
            region: "eu-west-1",
            references: 2,
            found: { ecs: 2 },
            notAvailable: [],
          },
        ],
        passedOver: [],
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
      report: null,
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
    const { entries } = await run({ env }, [], { DRY_RUN: "false" });
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
      usedBy: [
        "ECS service main/web, by web:1",
        expect.stringContaining("ECS task definition family web"),
      ],
    });
  });

  test("deletes 250 images with 3 calls", async () => {
    const { account, simulator, summary } = await runAccount({
      repositories: { app: enabled(many(250)) },
    });
    expect(summary.images.deleted).toBe(250);
    expect(remaining(account, "app")).toEqual([]);
    expect(simulator.callsOf("ecr:BatchDeleteImage")).toHaveLength(3);
  });

  test("keeps the whole repository of a reference that it cannot read", async () => {
    const { account, entries } = await runAccount({
      ...serviceUsing(app("v1 # the old one")),
      repositories: { app: enabled([old("v1"), old("v2")]), other: enabled([old("v1")]) },
    });
    expect(remaining(account, "app")).toEqual(["v1", "v2"]);
    expect(remaining(account, "other")).toEqual([]);
    expect(entries).toContainEqual(
      expect.objectContaining({
        level: "WARN",
        message: "Cannot read an image reference, keeping its whole repository",
        reference: app("v1 # the old one"),
      }),
    );
  });

  test("reads every page of every list", async () => {
    const count = 1001;
    // The tag index lists no repository, so the run lists all of them.
    const tagIndex = {};
    const tags = numbered("n", count);
    const { account, summary } = await runAccount({
      tagIndex,
      repositories: {
        ...recordOf(tags, () => repository([])),
        app: enabled([...tags.map((tag) => old(tag)), old("unused")]),
      },
      clusters: {
        ...recordOf(tags.slice(0, 100), () => ({})),
        n100: recordOf(tags.slice(0, 101), (tag) => ({ taskDefinition: `${tag}:1` })),
      },
      taskDefinitions: Object.fromEntries(
        tags.slice(0, 101).map((tag) => [`${tag}:1`, [app(tag)]]),
      ),
      functions: recordOf(tags.slice(101, 160), app),
      tasks: {
        n0: tags.slice(160, 900).map((tag) => ({ containers: [{ image: app(tag) }] })),
      },
      appRunnerServices: recordOf(tags.slice(900), (tag) => ({
        status: "RUNNING",
        image: app(tag),
      })),
      appRunnerRegions: [...tags.slice(0, 20), "eu-west-1"],
    });
    expect(summary.inUse.references).toBe(count);
    expect(summary.images).toMatchObject({ total: count + 1, deleted: 1 });
    expect(remaining(account, "app")).toEqual(tags.toSorted());
  });

  test("deletes all images even if ECR throttles its calls", async () => {
    const { simulator, summary } = await runAccount(
      { repositories: { app: enabled(many(500)) } },
      { rateLimits: [{ actions: ["ecr:BatchDeleteImage"], burst: 1, perSecond: 2 }] },
    );
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

  test("makes the same plan as a real run", async () => {
    await using simulator = await startSimulator(account());
    const dry = JSON.parse((await run(simulator, ["--json"])).stdout);
    const real = await clean(simulator);
    expect(dry.images).toEqual({ ...real.images, deleted: 0 });
    expect(dry.bytes).toEqual({ ...real.bytes, deleted: 0 });
  });
});

describe("a run", () => {
  test("succeeds without an enabled repository", async () => {
    await using simulator = await startSimulator(createAccount());
    const { exitCode, stdout } = await run(simulator);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "No repository in this account and Region is tagged BoxCleanerEnabled=true",
    );
  });

  test("does not always start with the same repository", async () => {
    const firsts = new Set<string>();
    for (let i = 0; i < 10; i += 1) {
      const { simulator } = await runAccount(
        { repositories: recordOf(numbered("r", 30), () => enabled([])) },
        {},
        { CONCURRENCY: "1" },
      );
      firsts.add(simulator.callsOf("ecr:DescribeImages")[0]?.input["repositoryName"]);
    }
    expect(firsts.size).toBeGreaterThan(1);
  });
});
