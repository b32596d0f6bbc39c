import { describe, expect, test, vi } from "vitest";

import { createAwsClients } from "../src/aws/clients.ts";
import { clean } from "../src/clean.ts";
import { parseConfig } from "../src/config.ts";
import { createLog } from "../src/log.ts";
import { run } from "./run-command.ts";
import {
  type Account,
  type AccountParts,
  REGISTRY,
  createAccount,
  digestOf,
  enabled,
  image,
  old,
  remaining,
  tagAbout,
} from "./simulator/account.ts";
import { ServiceError } from "./simulator/operation.ts";
import { type SimulatorOptions, startSimulator } from "./simulator/simulator.ts";

const MINUTE = 60_000;

/** Makes a real run with a clock that a test can move, from inside a call too. */
async function runWithClock(parts: AccountParts, options: (clock: Clock) => SimulatorOptions) {
  const clock = { now: Date.now() };
  const account = createAccount(parts);
  await using simulator = await startSimulator(account, options(clock));
  for (const [name, value] of Object.entries(simulator.env)) vi.stubEnv(name, value);
  const { config } = parseConfig({ DRY_RUN: "false", ALLOW_EMPTY_IN_USE: "true" });
  const aws = await createAwsClients({ hasTime: () => true });
  const log = createLog("SILENT");
  const { summary } = await clean({ config, aws, log, now: () => clock.now, observer: {} });
  return { account, simulator, summary };
}

interface Clock {
  now: number;
}

const many = (count: number) => Array.from({ length: count }, (_, i) => old(`v${i}`));

describe("evidence older than ten minutes", () => {
  test("is read again before more is deleted, and what became used meanwhile stays", async () => {
    let deletions = 0;
    const { account, simulator, summary } = await runWithClock(
      // Five batches of 100 are under way at once.
      { repositories: { app: enabled(many(1000)) } },
      (clock) => ({
        before: {
          "ecr:BatchDeleteImage": ({ functions }) => {
            deletions += 1;
            if (deletions > 1) return;
            clock.now += 11 * MINUTE;
            functions.set("new", {
              versions: new Map([["$LATEST", { imageUri: `${REGISTRY}/app:v900` }]]),
            });
          },
        },
      }),
    );
    expect(remaining(account, "app")).toEqual(["v900"]);
    expect(simulator.callsOf("ecs:ListClusters")).toHaveLength(2);
    expect(summary.images).toMatchObject({
      total: 1000,
      unused: 999,
      deleted: 999,
      kept: { "in-use": 1 },
    });
  });

  test("is read once for all repositories that wait for it", async () => {
    const names = Array.from({ length: 20 }, (_, i) => `app-${i}`);
    let isFirst = true;
    const { simulator, summary } = await runWithClock(
      { repositories: Object.fromEntries(names.map((name) => [name, enabled(many(3))])) },
      (clock) => ({
        before: {
          "ecr:DescribeImages": () => {
            if (isFirst) clock.now += 11 * MINUTE;
            isFirst = false;
          },
        },
      }),
    );
    expect(simulator.callsOf("ecs:ListClusters")).toHaveLength(2);
    expect(summary).toMatchObject({ complete: true, images: { deleted: 60 } });
  });

  test("ends the run if it cannot be read again, with nothing more deleted", async () => {
    let scans = 0;
    const { account, summary } = await runWithClock(
      { repositories: { app: enabled(many(1000)), other: enabled([]) } },
      (clock) => ({
        before: {
          "ecr:BatchDeleteImage": () => {
            clock.now += 11 * MINUTE;
          },
          "ecs:ListClusters": () => {
            scans += 1;
            if (scans > 1) throw new ServiceError("InvalidParameterException", "broken");
          },
        },
      }),
    );
    expect(account.repositories.get("app")?.images.size).toBe(500);
    expect(summary).toMatchObject({
      complete: false,
      repositories: { enabled: 2, notReached: 1, failed: 0 },
      images: { unused: 1000, deleted: 500 },
      failures: [{ repository: null, message: expect.stringContaining("ecs:ListClusters") }],
    });
  });

  test("ends the run if reading takes longer than it may be used", async () => {
    const { account, summary } = await runWithClock(
      { repositories: { app: enabled(many(3)) } },
      (clock) => ({
        before: {
          "lambda:ListFunctions": () => {
            clock.now += 11 * MINUTE;
          },
        },
      }),
    );
    expect(remaining(account, "app")).toHaveLength(3);
    expect(summary.failures).toEqual([
      expect.objectContaining({ message: "it took longer than its result may be used" }),
    ]);
  });
});

/** Runs with a change of the account before a call, for each `ecr:BatchDeleteImage` by default. */
async function runWithChange(
  parts: AccountParts,
  change: (account: Account) => void,
  action = "ecr:BatchDeleteImage",
) {
  const account = createAccount(parts);
  await using simulator = await startSimulator(account, { before: { [action]: change } });
  const { exitCode, stdout } = await run(simulator, ["--json"], { DRY_RUN: "false" });
  return { account, simulator, exitCode, summary: JSON.parse(stdout) };
}

describe("between listing and deleting", () => {
  test("a tag that moves to a new image takes nothing with it", async () => {
    const { account, summary, exitCode } = await runWithChange(
      { repositories: { app: enabled([old("before", { tags: "live" }), old("v1")]) } },
      ({ repositories }) => {
        const images = repositories.get("app")?.images;
        images?.get(digestOf("before"))?.tags.delete("live");
        images?.set(digestOf("after"), image("after", { tags: "live" }));
      },
    );
    expect(remaining(account, "app")).toEqual([digestOf("before"), "live"].toSorted());
    expect(summary.images).toMatchObject({ unused: 2, deleted: 1, refused: 1, failed: 0 });
    expect(exitCode).toBe(0);
  });

  test("an index whose tag moves away keeps its children, and what is about it", async () => {
    const child = old("child", { tags: "child" });
    const index = old("index", { tags: "live", children: [child] });
    const { account, summary, simulator } = await runWithChange(
      {
        repositories: {
          app: enabled([child, index, old("sig", { tags: tagAbout(index, "sig") }), old("v1")]),
        },
      },
      ({ repositories }) => {
        repositories.get("app")?.images.get(digestOf("index"))?.tags.delete("live");
        repositories.get("app")?.images.get(digestOf("index"))?.tags.add("other");
      },
    );
    expect(remaining(account, "app")).toEqual(
      ["child", "other", tagAbout(index, "sig")].toSorted(),
    );
    expect(summary.images).toMatchObject({
      total: 4,
      unused: 2,
      deleted: 1,
      refused: 1,
      kept: { "child-of-kept": 1, "referrer-of-kept": 1 },
    });
    const asked = simulator.callsOf("ecr:BatchDeleteImage").map(({ input }) => input["imageIds"]);
    expect(asked.flat()).toHaveLength(2);
  });

  test("an image that is tagged anew stays, and so does its signature", async () => {
    const subject = old("v1");
    const { account, summary } = await runWithChange(
      {
        repositories: {
          app: enabled([subject, old("sig", { tags: tagAbout(subject, "sig") }), old("v2")]),
        },
      },
      ({ repositories }) => {
        repositories.get("app")?.images.get(subject.digest)?.tags.add("promoted");
      },
    );
    expect(remaining(account, "app")).toEqual(["promoted", tagAbout(subject, "sig")].toSorted());
    expect(summary.images).toMatchObject({
      deleted: 1,
      refused: 1,
      kept: { "referrer-of-kept": 1 },
    });
  });

  test("an image that a new index lists by then stays, and so does what is about it", async () => {
    const base = old("base");
    const { account, summary } = await runWithChange(
      { repositories: { app: enabled([base, old("sbom", { tags: "", subject: base })]) } },
      ({ repositories }) => {
        const index = image("new", { children: [base] });
        repositories.get("app")?.images.set(index.digest, index);
      },
    );
    expect(account.repositories.get("app")?.images.size).toBe(3);
    expect(summary.images).toMatchObject({
      refused: 1,
      kept: { "referrer-of-kept": 1 },
      failed: 0,
    });
  });

  test("an image that is gone already counts as deleted", async () => {
    const { summary, exitCode } = await runWithChange(
      { repositories: { app: enabled([old("v1")]) } },
      ({ repositories }) => repositories.get("app")?.images.clear(),
    );
    expect(summary.images).toMatchObject({ deleted: 1, failed: 0 });
    expect(exitCode).toBe(0);
  });

  test.for([
    "ecr:ListTagsForResource",
    "ecr:DescribeImages",
    "ecr:BatchGetImage",
    "ecr:BatchDeleteImage",
  ])("a repository that vanishes before %s does not fail the run", async (action) => {
    const child = old("child", { tags: "" });
    const { exitCode, summary } = await runWithChange(
      {
        repositories: { app: enabled([child, image("index", { children: [child] }), old("v1")]) },
      },
      ({ repositories }) => repositories.delete("app"),
      action,
    );
    expect(exitCode).toBe(0);
    expect(summary).toMatchObject({ complete: true, images: { failed: 0 }, failures: [] });
  });
});

describe("an index that cannot be read", () => {
  const parts = (): AccountParts => ({
    repositories: {
      app: enabled([old("child"), image("index", { children: [old("child")] }), old("v1")]),
      other: enabled([old("v1")]),
    },
  });

  test.for([
    {
      name: "for a reason of ECR's",
      answer: {
        failures: [
          {
            imageId: { imageDigest: digestOf("index") },
            failureCode: "KmsError",
            failureReason: "key disabled",
          },
        ],
      },
      message: "KmsError: key disabled",
    },
    { name: "as ECR does not answer", answer: {}, message: "the answer lacks this image" },
    {
      name: "as it is none",
      answer: {
        images: [{ imageId: { imageDigest: digestOf("index") }, imageManifest: "{}" }],
      },
      message: "its manifest is no index",
    },
    {
      name: "as it lists something without a digest",
      answer: {
        images: [
          { imageId: { imageDigest: digestOf("index") }, imageManifest: '{"manifests":[{}]}' },
        ],
      },
      message: "its manifest is no index",
    },
  ])("$name, keeps its repository and fails it", async ({ answer, message }) => {
    const account = createAccount(parts());
    await using simulator = await startSimulator(account, {
      answers: { "ecr:BatchGetImage": () => answer },
    });
    const { exitCode, stdout } = await run(simulator, ["--json"], { DRY_RUN: "false" });
    expect(exitCode).toBe(1);
    expect(account.repositories.get("app")?.images.size).toBe(3);
    expect(remaining(account, "other")).toEqual([]);
    expect(JSON.parse(stdout).failures).toEqual([
      expect.objectContaining({ repository: "app", message: expect.stringContaining(message) }),
    ]);
  });

  test("as it is gone, lists nothing", async () => {
    const account = createAccount(parts());
    await using simulator = await startSimulator(account, {
      before: {
        "ecr:BatchGetImage": ({ repositories }, { imageIds }) => {
          if (imageIds[0].imageDigest !== digestOf("index")) return;
          repositories.get("app")?.images.delete(digestOf("index"));
        },
      },
    });
    const { exitCode } = await run(simulator, [], { DRY_RUN: "false" });
    expect(exitCode).toBe(0);
    expect(remaining(account, "app")).toEqual([]);
  });
});

test("manifests are read 100 a call, and only once", async () => {
  const children = Array.from({ length: 150 }, (_, i) => old(`child-${i}`, { tags: "" }));
  const indexes = children.map((child, i) => image(`index-${i}`, { children: [child] }));
  const account = createAccount({
    repositories: { app: enabled([...children, ...indexes, old("v1")]) },
  });
  await using simulator = await startSimulator(account);
  const { exitCode } = await run(simulator, [], { DRY_RUN: "false" });
  expect(exitCode).toBe(0);
  expect(account.repositories.get("app")?.images.size).toBe(300);
  const sizes = simulator.callsOf("ecr:BatchGetImage").map(({ input }) => input["imageIds"].length);
  // The first one only asks whether it may.
  expect(sizes).toEqual([1, 100, 50]);
});
