import { describe, expect, test } from "vitest";

import { type Clock, cleanAccount, run } from "../make-run.ts";
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
} from "../simulator/account.ts";
import { ServiceError } from "../simulator/operation.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

const MINUTE = 60_000;

const many = (count: number) => Array.from({ length: count }, (_, i) => old(`v${i}`));

describe("evidence older than ten minutes", () => {
  test("is read again before more is deleted, and what became used meanwhile stays", async () => {
    let deletions = 0;
    const { account, simulator, summary } = await cleanAccount(
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
    const { simulator, summary } = await cleanAccount(
      { repositories: Object.fromEntries(names.map((name) => [name, enabled(many(3))])) },
      (clock) => ({
        before: {
          "ecr:BatchDeleteImage": () => {
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
    const { account, summary } = await cleanAccount(
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
      failures: expect.arrayContaining([
        expect.objectContaining({
          repository: null,
          message: expect.stringContaining("ecs:ListClusters"),
        }),
      ]),
    });
  });

  test("ends the run if reading takes longer than it may be used", async () => {
    const { account, summary } = await cleanAccount(
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
      expect.objectContaining({ message: expect.stringContaining("longer than the 10 minutes") }),
    ]);
  });
});

/** Lets eleven minutes pass, and something else, at the first deletion. */
function atFirstDeletion(clock: Clock, change: (account: Account) => void): SimulatorOptions {
  let deletions = 0;
  return {
    before: {
      "ecr:BatchDeleteImage": (account) => {
        deletions += 1;
        if (deletions > 1) return;
        clock.now += 11 * MINUTE;
        change(account);
      },
    },
  };
}

/** Lets a function use an image from now on. */
function use({ functions }: Account, reference: string): void {
  functions.set("new", { versions: new Map([["$LATEST", { imageUri: reference }]]) });
}

describe("a new plan", () => {
  const INDEX = "application/vnd.oci.image.index.v1+json";

  test("keeps what ECR has postponed and is in use by now", async () => {
    const child = old("child", { tags: "" });
    const inner = old("inner", { children: [child] });
    const others = Array.from({ length: 700 }, (_, i) => old(`i${i}`, { mediaType: INDEX }));
    const { account } = await cleanAccount(
      {
        repositories: {
          app: enabled([inner, old("outer", { children: [inner] }), ...others, child]),
        },
      },
      (clock) => atFirstDeletion(clock, (changed) => use(changed, `${REGISTRY}/app:inner`)),
    );
    expect(remaining(account, "app")).toEqual(["inner", child.digest].toSorted());
  });

  test("sees the tag that an untagged image got meanwhile, and what uses it", async () => {
    const { account } = await cleanAccount(
      { repositories: { app: enabled([...many(1000), old("x", { tags: "" })]) } },
      (clock) =>
        atFirstDeletion(clock, (changed) => {
          changed.repositories.get("app")?.images.get(digestOf("x"))?.tags.add("prod");
          use(changed, `${REGISTRY}/app:prod`);
        }),
    );
    expect(remaining(account, "app")).toEqual(["prod"]);
  });

  test("keeps an image that got a further tag, with its signature, and counts one that is gone as deleted", async () => {
    const { account, summary } = await cleanAccount(
      {
        repositories: {
          app: enabled([...many(1000), old("sig", { tags: tagAbout(old("v900"), "sig") })]),
        },
      },
      (clock) =>
        atFirstDeletion(clock, ({ repositories }) => {
          repositories.get("app")?.images.get(digestOf("v900"))?.tags.add("promoted");
          repositories.get("app")?.images.delete(digestOf("v901"));
        }),
    );
    const signature = tagAbout(old("v900"), "sig");
    expect(remaining(account, "app")).toEqual(["promoted", signature, "v900"].toSorted());
    expect(summary.images).toMatchObject({
      unused: 1000,
      deleted: 999,
      refused: 1,
      kept: { "referrer-of-kept": 1 },
    });
  });

  test("keeps what an earlier scan of the run saw in use", async () => {
    const { account, summary } = await cleanAccount(
      {
        repositories: { app: enabled(many(1000)) },
        functions: { mailer: `${REGISTRY}/app:v900` },
      },
      (clock) => atFirstDeletion(clock, ({ functions }) => functions.clear()),
      { ALLOW_EMPTY_IN_USE: "false" },
    );
    expect(remaining(account, "app")).toEqual(["v900"]);
    expect(summary).toMatchObject({ complete: true, images: { kept: { "in-use": 1 } } });
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

  test("a signature stays with a subject that was found alive a phase later", async () => {
    const arm = old("arm", { tags: "" });
    const multi = old("multi", { children: [arm] });
    const sig = old("sig", { tags: tagAbout(multi, "sig") });
    const unrelated = old("unrelated", { tags: "", children: [old("x", { tags: "" })] });
    const { account } = await runWithChange(
      { repositories: { app: enabled([arm, multi, unrelated, old("x", { tags: "" }), sig]) } },
      ({ repositories }) => {
        repositories.get("app")?.images.get(multi.digest)?.tags.add("promoted");
      },
    );
    expect(remaining(account, "app")).toEqual(
      ["promoted", arm.digest, tagAbout(multi, "sig")].toSorted(),
    );
  });

  test("an untagged image that is tagged stays, and takes no other with it", async () => {
    let looks = 0;
    const { account, summary, exitCode } = await runWithChange(
      {
        repositories: {
          app: enabled([old("x", { tags: "" }), old("y", { tags: "" }), old("z", { tags: "" })]),
        },
      },
      ({ repositories }) => {
        looks += 1;
        if (looks !== 2) return;
        repositories.get("app")?.images.get(digestOf("x"))?.tags.add("prod");
        repositories.get("app")?.images.delete(digestOf("y"));
      },
      "ecr:DescribeImages",
    );
    expect(exitCode).toBe(0);
    expect(remaining(account, "app")).toEqual(["prod"]);
    expect(summary.images).toMatchObject({ unused: 3, deleted: 2, refused: 1, failed: 0 });
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
    const { unused, deleted } = summary.images;
    expect(deleted).toBe(unused);
  });
});

describe("a failure", () => {
  test("is not hidden by the limit of deletions", async () => {
    const account = createAccount({ repositories: { app: enabled(many(150)) } });
    await using simulator = await startSimulator(account, {
      isAllowed: (action) => action !== "ecr:BatchDeleteImage",
    });
    const { exitCode, stdout } = await run(simulator, ["--json"], {
      DRY_RUN: "false",
      MAX_DELETIONS: "100",
    });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      images: { failed: 100 },
      failures: [{ code: "AccessDeniedException" }],
    });
  });

  test("stays one, though what it was about is still there", async () => {
    const subject = old("v1");
    const account = createAccount({
      repositories: { app: enabled([subject, old("sig", { tags: tagAbout(subject, "sig") })]) },
    });
    await using simulator = await startSimulator(account, {
      answers: {
        "ecr:BatchDeleteImage": ({ imageIds }) => ({
          failures: imageIds.map((imageId: unknown) => ({ imageId, failureCode: "KmsError" })),
        }),
      },
    });
    const { exitCode, stdout } = await run(simulator, ["--json"], { DRY_RUN: "false" });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).images).toMatchObject({ unused: 1, failed: 1, refused: 0 });
    expect(account.repositories.get("app")?.images.size).toBe(2);
  });

  test("of a whole call is counted once for an image that was refused before", async () => {
    const child = old("child", { tags: "" });
    const inner = old("inner", { children: [child] });
    const account = createAccount({
      repositories: { app: enabled([inner, old("outer", { children: [inner] }), child]) },
    });
    let calls = 0;
    await using simulator = await startSimulator(account, {
      before: {
        "ecr:BatchDeleteImage": () => {
          calls += 1;
          if (calls > 1) throw new ServiceError("InvalidParameterException", "broken");
        },
      },
    });
    const { exitCode, stdout } = await run(simulator, ["--json"], { DRY_RUN: "false" });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).images).toMatchObject({
      unused: 3,
      deleted: 1,
      refused: 0,
      failed: 1,
    });
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
    { name: "as ECR does not answer", answer: {}, message: 'the answer lacks "images|failures"' },
    {
      name: "as ECR does not answer for it",
      answer: { images: [], failures: [] },
      message: "the answer lacks this image",
    },
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
