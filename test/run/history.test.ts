import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { app, appByDigest, digestsIn, untagged } from "../accounts.ts";
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
  repository,
  tagAbout,
} from "../simulator/account.ts";
import { createOrganization } from "../simulator/organization.ts";
import type { Fault } from "../simulator/faults.ts";
import { storedObject } from "../simulator/services/s3/state.ts";
import type { SimulatorOptions } from "../simulator/simulator.ts";
import { FIRST, Nights, failuresOf, objectsOf } from "./nights.ts";

beforeEach(() => {
  // Timers go on: only the date is that of the story.
  vi.useFakeTimers({ toFake: ["Date"], now: FIRST });
});
afterEach(() => {
  vi.useRealTimers();
});

/** An account whose function `web` uses one of the old images v1, v2 and v3, and one that uses none of them. */
function webAccount(used: string, parts: AccountParts = {}): Account {
  const images = ["v1", "v2", "v3"].map((tag) => old(tag));
  return createAccount({
    repositories: { app: enabled(images) },
    functions: { web: app(used) },
    buckets: ["memories"],
    ...parts,
  });
}

/** Deploys another image for the function `web`. */
function deploy({ functions }: Account, tag: string): void {
  functions.get("web")?.versions.set("$LATEST", { image: app(tag) });
}

/** Adds an old image, which nothing has used. */
function push({ repositories }: Account, name: string, tag: string): void {
  repositories.get(name)?.images.set(digestOf(tag), old(tag));
}

function setTag({ repositories }: Account, name: string, tag: string, value: string): void {
  Object.assign(repositories.get(name)?.tags ?? {}, { [tag]: value });
}

const COPY = "123456789012/us-east-1";
const KEEP_14 = { DEFAULT_KEEP_USED_DAYS: "14" };
const HISTORY = "cleaner/history/123456789012/eu-west-1.json.gz";

describe("an image that was in use", () => {
  test("stays for as many days as the rule says, and then goes", async () => {
    const account = webAccount("v1");
    const nights = new Nights(account, KEEP_14);
    const { summary } = await nights.run();
    expect(summary.youngHistory).toEqual({ repositories: 1, deletionsBegin: "2026-12-12" });
    await nights.runs(4);
    deploy(account, "v2");
    await nights.runs(9);
    expect(remaining(account, "app")).toEqual(["v1", "v2", "v3"]);

    // The history is 14 days old, and no run has ever found v3 in use.
    const { kept, summary: later } = await nights.run();
    expect(nights.night).toBe(14);
    expect(later.youngHistory).toBeUndefined();
    expect(remaining(account, "app")).toEqual(["v1", "v2"]);
    expect(kept["v1"]).toBe(
      "recently-used: in use on 2026-12-02: Lambda function web, version $LATEST",
    );
    await nights.runs(4);
    expect(remaining(account, "app")).toEqual(["v1", "v2"]);
    await nights.run();
    expect(nights.night).toBe(19);
    expect(remaining(account, "app")).toEqual(["v2"]);
  });

  test("stays with its children and its signature, and so does an index whose child was in use by its digest", async () => {
    const [child, pinned] = [untagged("used-child"), untagged("pinned-child")];
    const images = [
      child,
      pinned,
      old("v1", { children: [child] }),
      old("sig", { tags: tagAbout(old("v1"), "sig") }),
      old("v2", { children: [pinned] }),
      old("v9"),
    ];
    const account = createAccount({
      repositories: { app: enabled(images) },
      functions: { web: app("v1"), mail: appByDigest("pinned-child") },
      buckets: ["memories"],
    });
    const nights = new Nights(account, KEEP_14);
    await nights.runs(3);
    account.functions.clear();
    await nights.runs(14);
    expect(digestsIn(account, "app")).toHaveLength(5);
    expect(remaining(account, "app")).not.toContain("v9");
    await nights.run();
    expect(digestsIn(account, "app")).toEqual([]);
  });

  test("stays with its signature in another repository", async () => {
    const app = { app: enabled([old("v1")]) };
    const signature = old("sig", { tags: tagAbout(old("v1"), "sig") });
    const account = webAccount("v1", {
      repositories: { ...app, other: enabled([signature, image("young")]) },
    });
    const nights = new Nights(account, KEEP_14);
    await nights.runs(3);
    account.functions.clear();
    await nights.runs(14);
    expect(remaining(account, "other")).toEqual([...signature.tags, "young"]);
    await nights.run();
    expect(remaining(account, "other")).toEqual(["young"]);
  });

  test("stays if it was in use only while it was young", async () => {
    const account = createAccount({
      repositories: { app: enabled([image("v1")]) },
      functions: { web: app("v1") },
      buckets: ["memories"],
    });
    const nights = new Nights(account, { ...KEEP_14, DEFAULT_KEEP_DAYS: "7" });
    await nights.runs(3);
    account.functions.clear();
    await nights.runs(14);
    expect(remaining(account, "app")).toEqual(["v1"]);
    await nights.run();
    expect(remaining(account, "app")).toEqual([]);
  });

  test("stays whatever its tags are by now", async () => {
    const account = webAccount("live");
    const images = account.repositories.get("app")?.images;
    images?.get(digestOf("v1"))?.tags.add("live");
    const nights = new Nights(account, KEEP_14);
    await nights.runs(3);
    images?.get(digestOf("v1"))?.tags.delete("live");
    images?.get(digestOf("v2"))?.tags.add("live");
    await nights.runs(14);
    expect(remaining(account, "app")).toEqual(["live", "v1", "v2"]);
    await nights.run();
    expect(remaining(account, "app")).toEqual(["live", "v2"]);
  });

  test("stays as long as it can have been in use between two runs", async () => {
    const account = webAccount("v1");
    const nights = new Nights(account, KEEP_14);
    await nights.runs(20);
    nights.skip(7);
    push(account, "app", "v4");
    deploy(account, "v4");
    // The last run that saw v1 in use is 8 days ago, and it can have been in use until yesterday.
    await nights.runs(14);
    expect(remaining(account, "app")).toEqual(["v1", "v4"]);
    await nights.run();
    expect(remaining(account, "app")).toEqual(["v4"]);
  });

  test("is remembered if only a later scan of the same run finds it in use", async () => {
    const account = webAccount("v1");
    const nights = new Nights(account, KEEP_14);
    await nights.runs(14);
    // The plan is to delete v2. Before that, the evidence gets too old, and the run looks again.
    let plans = 0;
    await nights.run({
      onPlan: () => {
        plans += 1;
        if (plans > 1) return;
        vi.setSystemTime(Date.now() + 11 * 60_000);
        deploy(account, "v2");
      },
    });
    deploy(account, "v1");
    await nights.runs(14);
    expect(remaining(account, "app")).toEqual(["v1", "v2"]);
    await nights.run();
    expect(remaining(account, "app")).toEqual(["v1"]);
  });

  test("is remembered if it is pulled just before its deletion", async () => {
    const image = old("v2", { tags: "v2 two" });
    const account = webAccount("v1", { repositories: { app: enabled([old("v1"), image]) } });
    const nights = new Nights(account, KEEP_14);
    await nights.runs(14);
    await nights.run({
      onPlan: () => {
        const stored = account.repositories.get("app")?.images.get(image.digest);
        Object.assign(stored ?? {}, { lastPulledAt: new Date(Date.now() + 1000) });
      },
    });
    expect(remaining(account, "app")).toContain("v2");
    await nights.runs(14);
    expect(remaining(account, "app")).toContain("v2");
    await nights.run();
    expect(remaining(account, "app")).toEqual(["v1"]);
  });

  test("is remembered although one file could not be read at the beginning", async () => {
    const account = webAccount("v1");
    const nights = new Nights(account, KEEP_14);
    await nights.runs(13);
    deploy(account, "v2");
    await nights.run({
      options: {
        faults: (action, { Key }, nth) =>
          action === "s3:GetObject" && String(Key).includes("history") && nth < 2
            ? { kind: "cut" }
            : undefined,
      },
    });
    deploy(account, "v1");
    await nights.runs(13);
    expect(remaining(account, "app")).toEqual(["v1", "v2"]);
  });

  test("is remembered though one listing misses it, as when pages shift while they are read", async () => {
    const account = webAccount("v1");
    const nights = new Nights(account, KEEP_14);
    await nights.runs(14);
    push(account, "app", "v4");
    deploy(account, "v4");
    await nights.runs(2);
    const images = account.repositories.get("app")?.images;
    images?.delete(digestOf("v1"));
    await nights.run();
    push(account, "app", "v1");
    await nights.runs(11);
    expect(remaining(account, "app")).toEqual(["v1", "v4"]);
    await nights.runs(2);
    expect(remaining(account, "app")).toEqual(["v4"]);
  });

  test("is remembered by dry runs too", async () => {
    const account = webAccount("v1");
    const nights = new Nights(account, KEEP_14);
    for (let i = 0; i < 10; i += 1) await nights.run({ settings: { DRY_RUN: "true" } });
    deploy(account, "v2");
    await nights.runs(14);
    expect(remaining(account, "app")).toEqual(["v1", "v2"]);
  });
});

describe("a history that is too young, lost or damaged deletes nothing that a whole one keeps:", () => {
  const set = (account: Account, content: Buffer | string) =>
    objectsOf(account).set(HISTORY, storedObject(content));
  test.for<{ name: string; lose: (account: Account) => void }>([
    { name: "lost", lose: (account) => objectsOf(account).delete(HISTORY) },
    {
      name: "cut",
      lose: (account) => {
        set(account, objectsOf(account).get(HISTORY)?.bytes.subarray(0, 60) ?? "");
      },
    },
    { name: "empty", lose: (account) => set(account, "") },
    { name: "an HTML page", lose: (account) => set(account, "<html>") },
  ])("$name", async ({ lose }) => {
    const account = webAccount("v1");
    const nights = new Nights(account, KEEP_14);
    await nights.runs(16);
    expect(remaining(account, "app")).toEqual(["v1"]);
    push(account, "app", "v4");
    deploy(account, "v4");
    lose(account);
    const { kept, summary } = await nights.run();
    expect(kept["v1"]).toBe(
      "recently-used: the history of its repository begins on 2026-12-14: deletions begin on 2026-12-28, " +
        "if until then no two runs are more than 8 days apart",
    );
    expect(summary.failures).toEqual([]);
    await nights.runs(13);
    expect(remaining(account, "app")).toEqual(["v1", "v4"]);
    await nights.run();
    expect(remaining(account, "app")).toEqual(["v4"]);
  });

  test("a repository that is enabled later has a history of its own", async () => {
    const account = webAccount("v1", {
      repositories: { app: enabled([old("v1")]), late: repository([old("v1")]) },
    });
    const nights = new Nights(account, KEEP_14);
    await nights.runs(16);
    setTag(account, "late", "BoxCleanerEnabled", "true");
    await nights.runs(14);
    expect(remaining(account, "late")).toEqual(["v1"]);
    await nights.run();
    expect(remaining(account, "late")).toEqual([]);
  });

  test("runs that look at fewer revisions of a family do not count", async () => {
    const account = webAccount("v3", {
      taskDefinitions: { "job:1": [app("v1")], "job:2": [app("v2")] },
    });
    const nights = new Nights(account, { ...KEEP_14, KEEP_TASK_DEFINITIONS: "0" });
    await nights.runs(14);
    const { kept } = await nights.run({ settings: { KEEP_TASK_DEFINITIONS: "1" } });
    expect(kept["v1"]).toContain("begins on 2026-12-12");
    expect(remaining(account, "app")).toEqual(["v1", "v2", "v3"]);
  });

  test("runs that did not look into a copy do not count from when ECR repeats deletions there", async () => {
    const copies = ["v1", "v2"].map((tag) => old(tag));
    const repetition = {
      destinations: [{ registryId: "123456789012", region: "us-east-1" }],
      deleteReplication: { enabled: false },
    };
    const organization = createOrganization({
      home: {
        repositories: { app: enabled(["v1", "v2"].map((tag) => old(tag))) },
        functions: { web: app("v2") },
        replication: [repetition],
        buckets: ["memories"],
      },
      places: {
        [COPY]: {
          repositories: { app: enabled(copies) },
          functions: { web: app("v1").replace("eu-west-1", "us-east-1") },
        },
      },
    });
    const nights = new Nights(organization, { ...KEEP_14, IN_USE_REGIONS: "us-east-1" });
    for (let i = 0; i < 16; i += 1) await nights.run({ settings: { DRY_RUN: "true" } });
    repetition.deleteReplication.enabled = true;
    organization.place("123456789012", "us-east-1").functions.clear();
    await nights.run();
    expect(remaining(organization.home, "app")).toEqual(["v1", "v2"]);
  });

  test("a signature in another repository stays too, whatever rule that repository has", async () => {
    const signature = old("sig", { tags: tagAbout(old("v1"), "sig") });
    const account = webAccount("v1", {
      repositories: {
        app: enabled([old("v1")], { BoxCleanerKeepUsedDays: "14" }),
        other: enabled([signature, image("young")]),
      },
    });
    const nights = new Nights(account);
    await nights.runs(3);
    account.functions.clear();
    await nights.runs(10);
    expect(remaining(account, "other")).toEqual([...signature.tags, "young"]);
    await nights.runs(3);
    const { kept } = await nights.run();
    expect(kept[[...signature.tags].join()]).toMatch(
      /^subject-elsewhere: .*may have been in use lately$/,
    );
    expect(remaining(account, "other")).toEqual([...signature.tags, "young"]);
    await nights.run();
    expect(remaining(account, "other")).toEqual(["young"]);
  });

  test("a run that finds nothing in use proves nothing, unless that is allowed", async () => {
    const account = webAccount("v1", { functions: {} });
    const nights = new Nights(account, {
      ...KEEP_14,
      DRY_RUN: "true",
      ALLOW_EMPTY_IN_USE: "false",
    });
    await nights.runs(16);
    const { summary } = await nights.run();
    expect(summary.youngHistory?.deletionsBegin).toBe("2026-12-28");
  });

  test("runs that read less do not count, and a run that reads more begins anew", async () => {
    const account = webAccount("v1");
    const nights = new Nights(account, { ...KEEP_14, IN_USE_SOURCES: "ecs" });
    await nights.runs(13);
    const { kept } = await nights.run({ settings: { IN_USE_SOURCES: "all" } });
    expect(kept["v3"]).toContain("begins on 2026-12-11");
    expect(remaining(account, "app")).toEqual(["v1", "v2", "v3"]);
  });
});

describe("a store that fails costs no image, and the run says what it cannot remember:", () => {
  const denied = (...actions: string[]): SimulatorOptions => ({
    isAllowed: (action) => !actions.includes(action),
  });
  const failing = (action: string, fault: Fault): SimulatorOptions => ({
    faults: (each, { Key }) =>
      each === action && String(Key).includes("history") ? fault : undefined,
  });
  test.for<{ name: string; options: SimulatorOptions; says: RegExp }>([
    {
      name: "reading is denied",
      options: denied("s3:GetObject"),
      says: /The history of use could not be read, so images that it may keep are kept: s3:GetObject failed/,
    },
    {
      name: "listing is denied",
      options: denied("s3:ListObjectsV2"),
      says: /^What earlier runs have read could not be used.*facts.*s3:ListBucket/,
    },
    {
      name: "writing is denied",
      options: denied("s3:PutObject"),
      says: /The history of use could not be written, so what was in use today is missing from it: s3:PutObject failed.*allow s3:GetObject and s3:PutObject/,
    },
    {
      name: "the store is full",
      options: failing("s3:PutObject", {
        kind: "error",
        code: "QuotaExceeded",
        message: "no space",
        status: 400,
      }),
      says: /could not be written.*QuotaExceeded/,
    },
    {
      name: "answers are cut",
      options: failing("s3:GetObject", { kind: "cut" }),
      says: /could not be read/,
    },
  ])("$name", async ({ options, says }) => {
    const account = webAccount("v1");
    const nights = new Nights(account, KEEP_14);
    await nights.runs(16);
    push(account, "app", "v4");
    deploy(account, "v4");
    const { summary } = await nights.run({ options });
    expect(failuresOf(summary)).toMatch(says);
    expect(summary.repositories).toMatchObject({ cleaned: 1, failed: 0 });
    expect(remaining(account, "app")).toEqual(["v1", "v4"]);
    // v1 was in use on the night before. Whether it was on this one, not every run remembers.
    await nights.runs(13);
    expect(remaining(account, "app")).toEqual(["v1", "v4"]);
  });

  test("without the rule, deletions go on", async () => {
    const account = webAccount("v1");
    const { summary } = await new Nights(account).run({
      options: denied("s3:GetObject", "s3:PutObject"),
    });
    expect(remaining(account, "app")).toEqual(["v1"]);
    expect(failuresOf(summary)).toContain("s3:PutObject failed for s3://memories/cleaner/history");
  });
});

test("of two runs at the same time, neither forgets what the other has found", async () => {
  const account = webAccount("v1", {
    repositories: { app: enabled([old("v1")]), shop: enabled([old("v1")]) },
    functions: { web: app("v1"), shop: `${REGISTRY}/shop:v1` },
  });
  const nights = new Nights(account, KEEP_14);
  nights.skip(1);
  const only = async (name: string) => nights.again({ event: { repositories: [name] } });
  await Promise.all([only("app"), only("shop")]);
  account.functions.clear();
  const { kept } = await nights.run();
  expect(Object.keys(kept)).toEqual(["v1"]);
  await nights.runs(13);
  expect([remaining(account, "app"), remaining(account, "shop")]).toEqual([["v1"], ["v1"]]);
});

describe("the rule needs a store:", () => {
  test("without one, the run does not start", async () => {
    await expect(
      new Nights(webAccount("v1"), KEEP_14).run({ settings: { STORE: "" } }),
    ).rejects.toThrow(
      "DEFAULT_KEEP_USED_DAYS or BoxCleanerKeepUsedDays is set, and there is no STORE",
    );
  });

  test("without one, a repository whose tag sets the rule is skipped", async () => {
    const account = webAccount("v1");
    setTag(account, "app", "BoxCleanerKeepUsedDays", "14");
    const { summary } = await new Nights(account).run({ settings: { STORE: "" } });
    expect(summary.repositories).toMatchObject({ skipped: 1, cleaned: 0 });
    expect(remaining(account, "app")).toEqual(["v1", "v2", "v3"]);
  });

  test("with the evidence of the original, the run does not start", async () => {
    const settings = { IN_USE_EVIDENCE: "original" };
    await expect(new Nights(webAccount("v1"), KEEP_14).run({ settings })).rejects.toThrow(
      "IN_USE_EVIDENCE=original does not see all that is in use",
    );
  });
});
