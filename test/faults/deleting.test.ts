import { describe, expect, test } from "vitest";

import { type Clock, cleanAccount, run } from "../make-run.ts";
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

const many = (count: number) => Array.from({ length: count }, (_, i) => old(`v${i}`));

/** Lets a function use an image from now on. */
function use({ functions }: Account, reference: string): void {
  functions.set("new", { versions: new Map([["$LATEST", { imageUri: reference }]]) });
}

/** Adds a tag to an image of the repository `app`. */
function retag({ repositories }: Account, name: string, tag: string): void {
  repositories.get("app")?.images.get(digestOf(name))?.tags.add(tag);
}

describe("an image that an unread index lists keeps all of its tags", () => {
  interface Case {
    readonly name: string;
    /** How the index is, and why it is not read. */
    readonly index: Partial<SimulatedImage>;
    readonly settings?: Record<string, string>;
    readonly parts?: object;
    readonly options?: SimulatorOptions;
  }
  const usesIndex = { functions: { mailer: `${REGISTRY}/app:v1` } };
  const cases: readonly Case[] = [
    {
      name: "that was pulled recently",
      index: { lastPulledAt: new Date(Date.now() - DAY) },
      settings: { DEFAULT_KEEP_PULLED_DAYS: "7" },
    },
    { name: "that is archived", index: { isArchived: true } },
    {
      name: "that the original's evidence leaves unread",
      index: {},
      settings: { IN_USE_EVIDENCE: "original" },
      parts: usesIndex,
    },
    {
      name: "that is tagged anew while it is about to be deleted",
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
    expect([...(left?.keys() ?? [])].toSorted()).toEqual([child.digest, index.digest].toSorted());
    expect(summary).toMatchObject({ complete: true, failures: [], images: { failed: 0 } });
  });
});

describe("each attempt of a delete call needs fresh evidence:", () => {
  /** Damages the first attempt, after which the clock moves, and a function uses `v1`. */
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
        use(account, `${REGISTRY}/app:v1`);
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
  ])("after $kind and an hour, an image that is used by then is kept", async (fault) => {
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

  test.for([61, 10 * 60 + 1])("after %i s too", async (seconds) => {
    const { account } = await cleanAccount(
      { repositories: { app: enabled([old("v1"), old("v2")]) } },
      afterFirstAttempt({ kind: "unavailable" }, seconds * SECOND),
    );
    expect(remaining(account, "app")).toEqual(["v1"]);
  });

  test("within its time, evidence is not read again", async () => {
    const { account, simulator } = await cleanAccount(
      { repositories: { app: enabled([old("v1"), old("v2")]) } },
      afterFirstAttempt({ kind: "unavailable" }, 50 * SECOND),
    );
    expect(remaining(account, "app")).toEqual([]);
    expect(simulator.callsOf("ecs:ListClusters")).toHaveLength(1);
  });
});

describe("a deployment of an old tag keeps its image", () => {
  const deploy = (account: Account, tag: string) => {
    account.taskDefinitions.set("web:9", [`${REGISTRY}/app:${tag}`]);
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
  ])("if it is made before %s is answered", async (action) => {
    const { account } = await cleanAccount(
      { clusters: { main: {} }, repositories: { app: enabled([old("v1"), old("v2")]) } },
      { before: { [action]: (account) => deploy(account, "v1") } },
    );
    expect(remaining(account, "app")).toEqual(["v1"]);
  });

  test("if it is made when the last image of the last repository is listed", async () => {
    const names = Array.from({ length: 15 }, (_, i) => `r${i}`);
    let listed = 0;
    const { account } = await cleanAccount(
      {
        clusters: { main: {} },
        repositories: {
          app: enabled([old("v1"), old("v2")]),
          ...Object.fromEntries(names.map((name) => [name, enabled(many(2))])),
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
  ])(
    "if it is made $limit s after reading the evidence began, which took $took s",
    async ({ took, limit }) => {
      let deletions = 0;
      let scans = 0;
      const { account, summary } = await cleanAccount(
        // Five batches of 100 are under way at once.
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
    },
  );
});

describe("what a person has confirmed is the most that is deleted,", () => {
  const createShop = () =>
    createAccount({
      repositories: {
        app: enabled([old("v1"), old("v2"), image("young")]),
        web: { ...enabled([old("w1")]), tags: {} },
      },
      functions: { mailer: `${REGISTRY}/app:v2`, resizer: `${REGISTRY}/web:w0` },
    });
  /** Runs with a change of the account while the question is open. */
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

  test("and a run that nothing disturbs deletes it", async () => {
    const { questions, exitCode, left } = await runWhileAsked(() => {});
    expect(questions).toEqual([expect.stringContaining("Delete 1 image ")]);
    expect(exitCode).toBe(0);
    expect(left).toEqual(["v2", "young"]);
  });

  test("though another image has become unused, and the report says to run again", async () => {
    const { exitCode, stdout, left } = await runWhileAsked(({ functions }) => {
      functions.delete("mailer");
    });
    expect(exitCode).toBe(0);
    expect(left).toEqual(["v2", "young"]);
    expect(stdout).toContain("Deleted 1 image,");
    expect(stdout).toMatch(/\b1 (?:image )?more .*unused.*run again/);
  });

  test("though another repository has been enabled", async () => {
    const { left, account, stdout } = await runWhileAsked(({ repositories }) => {
      repositories.get("web")!.tags["BoxCleanerEnabled"] = "true";
    });
    expect(left).toEqual(["v2", "young"]);
    expect(remaining(account, "web")).toEqual(["w1"]);
    expect(stdout).toMatch(/\b1 (?:image )?more .*unused.*run again/);
  });

  test("though its repository has a shorter retention", async () => {
    const { left } = await runWhileAsked(({ repositories }) => {
      repositories.get("app")!.tags["BoxCleanerKeepDays"] = "0";
      const images = repositories.get("app")!.images;
      images.set(digestOf("young"), { ...image("young", { ageDays: 1 }) });
    });
    expect(left).toEqual(["v2", "young"]);
  });

  test("though another image has its tag by now", async () => {
    const { left } = await runWhileAsked(({ repositories }) => {
      const images = repositories.get("app")!.images;
      images.get(digestOf("v1"))!.tags.delete("v1");
      images.set(digestOf("older"), old("older", { tags: "v1" }));
    });
    expect(left).toContain("v1");
  });

  test("and it is kept if something uses it by then", async () => {
    const { left, exitCode } = await runWhileAsked((account) => use(account, `${REGISTRY}/app:v1`));
    expect(exitCode).toBe(0);
    expect(left).toEqual(["v1", "v2", "young"]);
  });

  test("and it is kept if it is tagged anew by then", async () => {
    const { left } = await runWhileAsked((account) => retag(account, "v1", "promoted"));
    expect(left).toEqual(["promoted", "v1", "v2", "young"]);
  });
});

describe("an image that is tagged anew while the run deletes counts as what the account shows,", () => {
  /** Adds a tag to an image of 1 GB just before ECR deletes; the other images have 100 MB each. */
  async function runWhileRetagged(subject: SimulatedImage, others: readonly SimulatedImage[]) {
    const account = createAccount({ repositories: { app: enabled([subject, ...others]) } });
    await using simulator = await startSimulator(account, {
      before: { "ecr:BatchDeleteImage": (account) => retag(account, "subject", "promoted") },
    });
    const { exitCode, stdout } = await run(simulator, ["--json"], { DRY_RUN: "false" });
    expect(exitCode).toBe(0);
    const { images, bytes } = JSON.parse(stdout);
    const left = account.repositories.get("app")?.images;
    const gone = [subject, ...others].filter(({ digest }) => left?.has(digest) !== true);
    return {
      counted: { deleted: images.deleted, refused: images.refused, bytes: bytes.deleted },
      expected: {
        deleted: gone.length,
        refused: left?.size,
        // An index counts by what it lists.
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
    { tags: "", others: [old("v2", { tags: "" })] },
  ])("with the tags '$tags'", async ({ tags, others }) => {
    const { counted, expected } = await runWhileRetagged(subject(tags), others);
    expect(counted).toEqual(expected);
  });

  test("with its signature", async () => {
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
  ])("with one tag, beside $others.length others", async ({ others }) => {
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

  test("that takes 9.5 min, with a listing of 1 min, still deletes what is unused", async () => {
    const { account, summary } = await cleanAccount(
      { repositories: { app: enabled(many(3)) } },
      (clock) => slow(clock, 9.5, 1),
    );
    expect(remaining(account, "app")).toEqual([]);
    expect(summary).toMatchObject({ complete: true, failures: [], images: { deleted: 3 } });
  });

  test("that takes 9.5 min deletes in several rounds what needs a new listing", async () => {
    const child = old("child", { tags: "c1 c2" });
    const { account, simulator, summary } = await cleanAccount(
      { repositories: { app: enabled([child, old("index", { children: [child] }), old("v1")]) } },
      (clock) => slow(clock, 9.5, 0.2),
    );
    expect(remaining(account, "app")).toEqual([]);
    expect(summary).toMatchObject({ complete: true, images: { deleted: 3 } });
    expect(simulator.callsOf("ecs:ListClusters").length).toBeLessThan(10);
  });

  test("that is out of date before each deletion ends the repository with an error", async () => {
    const { account, simulator, summary } = await cleanAccount(
      // Untagged images are described once more just before.
      { repositories: { app: enabled([old("v1", { tags: "" })]), web: enabled([]) } },
      (clock) => slow(clock, 9.5, 1),
    );
    expect(remaining(account, "app")).toEqual([digestOf("v1")]);
    expect(summary).toMatchObject({
      repositories: { cleaned: 1, failed: 1 },
      failures: [{ repository: "app", message: expect.stringContaining("out of date") }],
    });
    expect(simulator.callsOf("ecs:ListClusters").length).toBeLessThan(10);
  });

  test("that takes more than 10 min fails the run", async () => {
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
