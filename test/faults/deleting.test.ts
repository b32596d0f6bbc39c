import { describe, expect, test } from "vitest";

import { app, digestsIn, many, numbered, recordOf, untagged, use } from "../accounts.ts";
import { type Clock, cleanAccount, run, runAccount } from "../make-run.ts";
import {
  type Account,
  REGISTRY,
  type SimulatedImage,
  createAccount,
  digestOf,
  enabled,
  image,
  old,
  remaining,
  tagAbout,
} from "../simulator/account.ts";
import type { Fault } from "../simulator/faults.ts";
import type { Members } from "../simulator/operation.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** Adds a tag to an image of the repository `app`. */
function retag({ repositories }: Account, name: string, tag: string): void {
  repositories.get("app")?.images.get(digestOf(name))?.tags.add(tag);
}

describe("an image keeps all of its tags if it is listed by an index", () => {
  interface Case {
    readonly name: string;
    /** The state of the index, because of which a run does not read it. */
    readonly index: Partial<SimulatedImage>;
    readonly settings?: Record<string, string>;
    readonly parts?: object;
    readonly options?: SimulatorOptions;
  }
  const usesIndex = { functions: { mailer: app("v1") } };
  const cases: readonly Case[] = [
    {
      name: "that was pulled recently",
      index: { lastPulledAt: new Date(Date.now() - DAY) },
      settings: { DEFAULT_KEEP_PULLED_DAYS: "7" },
    },
    { name: "that is archived", index: { isArchived: true } },
    {
      name: "that IN_USE_EVIDENCE=original does not read",
      index: {},
      settings: { IN_USE_EVIDENCE: "original" },
      parts: usesIndex,
    },
    {
      name: "that is retagged just before its deletion",
      index: {},
      options: { before: { "ecr:BatchDeleteImage": (account) => retag(account, "v1", "live") } },
    },
    {
      name: "that is pushed after the listing",
      index: { pushedAt: new Date() },
      options: {
        before: {
          "ecs:ListClusters": ({ repositories }) => {
            const index = image("v1", { children: [old("child")] });
            repositories.get("app")?.images.set(index.digest, index);
          },
        },
      },
    },
  ];

  test.for(
    cases.flatMap((each) =>
      ["amd64", "v1-amd64 amd64", "v1-amd64 amd64 latest-amd64"].map((tags) => ({ ...each, tags })),
    ),
  )("$name: $tags", async ({ tags, index: state, settings, parts, options }) => {
    const child = old("child", { tags });
    const index = { ...old("v1", { children: [child] }), ...state };
    const images = state.pushedAt === undefined ? [child, index, old("v0")] : [child, old("v0")];
    const { account, summary } = await cleanAccount(
      { ...parts, repositories: { app: enabled(images) } },
      options,
      settings,
    );
    const left = account.repositories.get("app")?.images;
    expect(left?.get(child.digest)?.tags).toEqual(new Set(tags.split(" ")));
    expect(digestsIn(account, "app").toSorted()).toEqual([child.digest, index.digest].toSorted());
    expect(summary).toMatchObject({ complete: true, failures: [], images: { failed: 0 } });
  });
});

describe("before each attempt of a delete call, a run", () => {
  /** Damages the first attempt. Then the clock moves, and a function uses `v1`. */
  const afterFirstAttempt = (fault: Fault, ms: number) => (clock: Clock) => {
    let account: Account | undefined;
    return {
      before: {
        "ecr:DescribeImages": (each: Account) => {
          account = each;
        },
      },
      faults: (action: string, _: Members, nth: number) => {
        if (action !== "ecr:BatchDeleteImage" || nth > 0 || account === undefined) return undefined;
        clock.now += ms;
        use(account, app("v1"));
        return fault;
      },
    };
  };

  test.for<Fault>([
    { kind: "throttled" },
    { kind: "unavailable" },
    { kind: "empty" },
    { kind: "no-body" },
    { kind: "html", status: 200 },
    { kind: "error", code: "ServerException", message: "broken", status: 500 },
  ])("reads the evidence again after $kind and an hour", async (fault) => {
    const { account, summary } = await cleanAccount(
      { repositories: { app: enabled([old("v1"), old("v2"), old("v3", { tags: "a b" })]) } },
      afterFirstAttempt(fault, 60 * MINUTE),
    );
    expect(remaining(account, "app")).toEqual(["v1"]);
    expect(summary).toMatchObject({
      complete: true,
      images: { deleted: 2, kept: { "in-use": 1 } },
    });
  });

  test.for([61, 10 * 60 + 1])("reads the evidence again after %i s", async (seconds) => {
    const { account } = await cleanAccount(
      { repositories: { app: enabled([old("v1"), old("v2")]) } },
      afterFirstAttempt({ kind: "unavailable" }, seconds * SECOND),
    );
    expect(remaining(account, "app")).toEqual(["v1"]);
  });

  test("does not read valid evidence again", async () => {
    const { account, simulator } = await cleanAccount(
      { repositories: { app: enabled([old("v1"), old("v2")]) } },
      afterFirstAttempt({ kind: "unavailable" }, 50 * SECOND),
    );
    expect(remaining(account, "app")).toEqual([]);
    expect(simulator.callsOf("ecs:ListClusters")).toHaveLength(1);
  });
});

describe("a run keeps the image of a deployment", () => {
  const deploy = (account: Account, tag: string) => {
    account.taskDefinitions.set("web:9", [app(tag)]);
    account.clusters.get("main")?.services.set("web", { taskDefinition: "web:9" });
  };

  test.for([
    "tag:GetResources",
    "ecr:ListTagsForResource",
    "ecr:BatchGetImage",
    "ecr:DescribeRegistry",
    "ecr:DescribeImages",
    "ecs:ListClusters",
    "ecs:ListServices",
  ])("before the answer to %s", async (action) => {
    const { account } = await cleanAccount(
      { clusters: { main: {} }, repositories: { app: enabled([old("v1"), old("v2")]) } },
      { before: { [action]: (account) => deploy(account, "v1") } },
    );
    expect(remaining(account, "app")).toEqual(["v1"]);
  });

  test("when it lists the last repository", async () => {
    const names = numbered("r", 15);
    let listed = 0;
    const { account } = await cleanAccount(
      {
        clusters: { main: {} },
        repositories: {
          app: enabled([old("v1"), old("v2")]),
          ...recordOf(names, () => enabled(many(2))),
        },
      },
      {
        before: {
          "ecr:DescribeImages": (account) => {
            listed += 1;
            if (listed === names.length + 1) deploy(account, "v1");
          },
        },
      },
    );
    expect(remaining(account, "app")).toEqual(["v1"]);
  });

  test.for([
    { took: 0, limit: 60 },
    { took: 20, limit: 60 },
    { took: 45, limit: 90 },
    { took: 200, limit: 400 },
    { took: 500, limit: 600 },
  ])("$limit s after the start of a scan that took $took s", async ({ took, limit }) => {
    let deletions = 0;
    let scans = 0;
    const { account, summary } = await cleanAccount(
      // The run deletes five batches of 100 at the same time. The others wait.
      { clusters: { main: {} }, repositories: { app: enabled(many(600)) } },
      (clock) => ({
        before: {
          "ecs:ListClusters": () => {
            scans += 1;
            if (scans === 1) clock.now += took * SECOND;
          },
          "ecr:BatchDeleteImage": (account) => {
            deletions += 1;
            if (deletions > 1) return;
            clock.now += (limit - took + 1) * SECOND;
            deploy(account, "v599");
          },
        },
      }),
    );
    expect(remaining(account, "app")).toEqual(["v599"]);
    expect(summary).toMatchObject({ complete: true, images: { deleted: 599 } });
  });
});

describe("after a confirmation, a run", () => {
  const createShop = () =>
    createAccount({
      repositories: {
        app: enabled([old("v1"), old("v2"), image("young")]),
        web: { ...enabled([old("w1")]), tags: {} },
      },
      functions: { mailer: `${REGISTRY}/app:v2`, resizer: `${REGISTRY}/web:w0` },
    });
  /** Makes a run. The account changes while the question is open. */
  async function runWhileAsked(change: (account: Account) => void, args = ["--delete"]) {
    await using simulator = await startSimulator(createShop());
    const { account } = simulator;
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      change(account);
      return true;
    };
    const { exitCode, stdout } = await run(simulator, args, {}, { ask });
    return { questions, exitCode, stdout, left: remaining(account, "app"), account };
  }

  test("deletes the confirmed image", async () => {
    const { questions, exitCode, left } = await runWhileAsked(() => {});
    expect(questions).toEqual([expect.stringContaining("Delete 1 image ")]);
    expect(exitCode).toBe(0);
    expect(left).toEqual(["v2", "young"]);
  });

  test("keeps an image that became unused, and the report says to run again", async () => {
    const { exitCode, stdout, left } = await runWhileAsked(({ functions }) => {
      functions.delete("mailer");
    });
    expect(exitCode).toBe(0);
    expect(left).toEqual(["v2", "young"]);
    expect(stdout).toContain("Deleted 1 image,");
    expect(stdout).toMatch(/\b1 (?:image )?more .*unused.*run again/);
  });

  test("keeps the images of a repository that was enabled", async () => {
    const { left, account, stdout } = await runWhileAsked(({ repositories }) => {
      repositories.get("web")!.tags["BoxCleanerEnabled"] = "true";
    });
    expect(left).toEqual(["v2", "young"]);
    expect(remaining(account, "web")).toEqual(["w1"]);
    expect(stdout).toMatch(/\b1 (?:image )?more .*unused.*run again/);
  });

  test("keeps an image that a shorter retention would delete", async () => {
    const { left } = await runWhileAsked(({ repositories }) => {
      repositories.get("app")!.tags["BoxCleanerKeepDays"] = "0";
      const images = repositories.get("app")!.images;
      images.set(digestOf("young"), { ...image("young", { ageDays: 1 }) });
    });
    expect(left).toEqual(["v2", "young"]);
  });

  test("keeps another image with the tag of the confirmed image", async () => {
    const { left } = await runWhileAsked(({ repositories }) => {
      const images = repositories.get("app")!.images;
      images.get(digestOf("v1"))!.tags.delete("v1");
      images.set(digestOf("older"), old("older", { tags: "v1" }));
    });
    expect(left).toContain("v1");
  });

  test("keeps the confirmed image if something uses it", async () => {
    const { left, exitCode } = await runWhileAsked((account) => use(account, app("v1")));
    expect(exitCode).toBe(0);
    expect(left).toEqual(["v1", "v2", "young"]);
  });

  test("keeps the confirmed image if it is retagged", async () => {
    const { left } = await runWhileAsked((account) => retag(account, "v1", "promoted"));
    expect(left).toEqual(["promoted", "v1", "v2", "young"]);
  });
});

describe("a run counts a retagged image as the account shows it", () => {
  /** Makes a real run. Just before the deletion, an image of 1 GB gets another tag. The other images have 100 MB each. */
  async function runWhileRetagged(subject: SimulatedImage, others: readonly SimulatedImage[]) {
    const { account, exitCode, summary } = await runAccount(
      { repositories: { app: enabled([subject, ...others]) } },
      { before: { "ecr:BatchDeleteImage": (account) => retag(account, "subject", "promoted") } },
    );
    expect(exitCode).toBe(0);
    const { images, bytes } = summary;
    const left = account.repositories.get("app")?.images;
    const gone = [subject, ...others].filter(({ digest }) => left?.has(digest) !== true);
    return {
      counted: { deleted: images.deleted, refused: images.refused, bytes: bytes.deleted },
      expected: {
        deleted: gone.length,
        refused: left?.size,
        // The size of an index is that of its children, so the index itself has none.
        bytes: gone.reduce(
          (sum, { sizeBytes, children }) => sum + (children.length > 0 ? 0 : sizeBytes),
          0,
        ),
      },
    };
  }
  const subject = (tags: string) => old("subject", { tags, sizeMB: 1000 });

  test.for([
    { tags: "v1 stable", others: [old("v2")] },
    { tags: "", others: [untagged("v2")] },
  ])("if it had the tags '$tags'", async ({ tags, others }) => {
    const { counted, expected } = await runWhileRetagged(subject(tags), others);
    expect(counted).toEqual(expected);
  });

  test("if it has a signature", async () => {
    const signature = old("signature", { tags: tagAbout(subject("v1"), "sig") });
    const account = createAccount({
      repositories: { app: enabled([subject("v1"), signature, old("v2")]) },
    });
    await using simulator = await startSimulator(account, {
      before: { "ecr:BatchDeleteImage": (account) => retag(account, "subject", "promoted") },
    });
    const { stdout } = await run(simulator, ["--delete", "--yes"]);
    expect(remaining(account, "app")).toEqual(["promoted", tagAbout(subject("v1"), "sig")]);
    expect(stdout).toContain("Deleted 1 image, up to 100 MB");
  });

  test.each([
    { others: [] },
    { others: [old("v2")] },
    { others: [old("arm"), old("index", { children: [old("arm")] })] },
  ])("if it had one tag, beside $others.length other images", async ({ others }) => {
    const { counted, expected } = await runWhileRetagged(subject("v1"), others);
    expect(counted).toEqual(expected);
  });
});

describe("slow evidence", () => {
  const slow = (clock: Clock, scanMinutes: number, listMinutes: number) => ({
    before: {
      "ecs:ListClusters": () => {
        clock.now += scanMinutes * MINUTE;
      },
      "ecr:DescribeImages": () => {
        clock.now += listMinutes * MINUTE;
      },
    },
  });

  test("that takes 9.5 min to read, with a listing of 1 min, is enough to delete", async () => {
    const { account, summary } = await cleanAccount(
      { repositories: { app: enabled(many(3)) } },
      (clock) => slow(clock, 9.5, 1),
    );
    expect(remaining(account, "app")).toEqual([]);
    expect(summary).toMatchObject({ complete: true, failures: [], images: { deleted: 3 } });
  });

  test("that takes 9.5 min to read is enough for several rounds", async () => {
    const child = old("child", { tags: "c1 c2" });
    const { account, simulator, summary } = await cleanAccount(
      { repositories: { app: enabled([child, old("index", { children: [child] }), old("v1")]) } },
      (clock) => slow(clock, 9.5, 0.2),
    );
    expect(remaining(account, "app")).toEqual([]);
    expect(summary).toMatchObject({ complete: true, images: { deleted: 3 } });
    expect(simulator.callsOf("ecs:ListClusters").length).toBeLessThan(10);
  });

  test("that is always too old before a deletion fails the repository", async () => {
    const { account, simulator, summary } = await cleanAccount(
      // A run describes untagged images again just before it deletes them.
      { repositories: { app: enabled([untagged("v1")]), web: enabled([]) } },
      (clock) => slow(clock, 9.5, 1),
    );
    expect(remaining(account, "app")).toEqual([digestOf("v1")]);
    expect(summary).toMatchObject({
      repositories: { cleaned: 1, failed: 1 },
      failures: [{ repository: "app", message: expect.stringContaining("out of date") }],
    });
    expect(simulator.callsOf("ecs:ListClusters").length).toBeLessThan(10);
  });

  test("that takes more than 10 min to read fails the run", async () => {
    const { account, summary } = await cleanAccount(
      { repositories: { app: enabled(many(3)) } },
      (clock) => slow(clock, 10.1, 0),
    );
    expect(remaining(account, "app")).toHaveLength(3);
    expect(summary.failures).toEqual([
      expect.objectContaining({ message: expect.stringContaining("10 minutes") }),
    ]);
  });
});
