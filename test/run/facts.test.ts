import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

import { describe, expect, test, vi, afterEach, beforeEach } from "vitest";

import { appByDigest, app, many, numbered, recordOf } from "../accounts.ts";
import { HELD, everyHolder } from "../in-use/every-holder.ts";
import { type Account, createAccount, enabled, old, remaining } from "../simulator/account.ts";
import { storedObject } from "../simulator/services/s3/state.ts";
import { FIRST, Nights, failuresOf, objectsOf } from "./nights.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: FIRST });
});
afterEach(() => {
  vi.useRealTimers();
});

const FACTS = "cleaner/facts/123456789012/eu-west-1.json.gz";

/** The facts in the store, by their keys. */
async function factsOf(account: Account): Promise<Record<string, string[]>> {
  const file = objectsOf(account).get(FACTS)?.bytes ?? Buffer.alloc(0);
  return JSON.parse((await promisify(gunzip)(file)).toString()).content;
}

/** Changes the file of facts. */
async function changeFacts(account: Account, change: (file: any) => unknown): Promise<void> {
  const file: unknown = JSON.parse(
    (await promisify(gunzip)(objectsOf(account).get(FACTS)?.bytes ?? Buffer.alloc(0))).toString(),
  );
  const bytes = await promisify(gzip)(JSON.stringify(change(file)));
  objectsOf(account).set(FACTS, storedObject(bytes));
}

const SERVICES = 60;

/** Services with a task definition each, in which a container uses an image of the repository `app`. */
function fleet(): Account {
  const names = numbered("v", SERVICES);
  return createAccount({
    repositories: { app: enabled([...many(SERVICES), old("unused")]) },
    clusters: { main: recordOf(names, (name) => ({ taskDefinition: `${name}:1` })) },
    taskDefinitions: Object.fromEntries(names.map((name) => [`${name}:1`, [app(name)]])),
    buckets: ["memories"],
  });
}

const DESCRIBE = "ecs:DescribeTaskDefinition";

describe("the second night", () => {
  test("describes no task definition and no function version again, and finds the same", async () => {
    const account = fleet();
    const version = { image: app("v0"), resolved: appByDigest("v0") };
    account.functions.set("web", {
      versions: new Map([
        ["1", version],
        ["2", version],
      ]),
    });
    const nights = new Nights(account);
    const first = await nights.run();
    const second = await nights.run();
    expect([first.calls[DESCRIBE], first.calls["lambda:GetFunction"]]).toEqual([SERVICES, 2]);
    expect([second.calls[DESCRIBE], second.calls["lambda:GetFunction"]]).toEqual([
      undefined,
      undefined,
    ]);
    expect(second.summary.inUse.references).toBe(first.summary.inUse.references);
    expect(remaining(account, "app")).toHaveLength(SERVICES);
    expect(first.summary.failures).toEqual([]);
  });

  test("keeps everything that any source finds in use", async () => {
    const account = createAccount({
      ...everyHolder(),
      repositories: { app: enabled(HELD.map((tag) => old(tag))) },
      buckets: ["memories"],
    });
    const nights = new Nights(account);
    const first = await nights.run();
    const second = await nights.run();
    expect(second.summary.inUse.references).toBe(first.summary.inUse.references);
    expect(remaining(account, "app")).toEqual([...HELD].toSorted());
  });

  test("describes what is new, and forgets what is gone", async () => {
    const account = fleet();
    const nights = new Nights(account);
    await nights.run();
    account.taskDefinitions.set("v0:2", [app("v1")]);
    const service = account.clusters.get("main")?.services.get("v0");
    if (service !== undefined) Object.assign(service, { taskDefinition: "v0:2" });
    const { calls } = await nights.run({ settings: { KEEP_TASK_DEFINITIONS: "0" } });
    expect(calls[DESCRIBE]).toBe(1);
    const facts = Object.keys(await factsOf(account));
    expect(facts).toHaveLength(SERVICES);
    expect(facts.filter((key) => /v0:/.test(key))).toEqual([expect.stringMatching(/v0:2$/)]);
    expect(remaining(account, "app")).not.toContain("v0");
  });
});

test("a revision that is gone is noticed, though an earlier run has read it", async () => {
  const account = createAccount({
    repositories: { app: enabled([old("v1"), old("v2")]) },
    eventBuses: {
      default: {
        nightly: {
          targets: [
            {
              Arn: "arn:aws:ecs:eu-west-1:123456789012:cluster/main",
              EcsParameters: { TaskDefinitionArn: "job:5" },
            },
          ],
        },
      },
    },
    taskDefinitions: { "job:5": [app("v2")] },
    buckets: ["memories"],
  });
  const nights = new Nights(account, { KEEP_TASK_DEFINITIONS: "0" });
  await nights.run({ settings: { DRY_RUN: "true" } });
  account.taskDefinitions.delete("job:5");
  account.taskDefinitions.set("job:6", [app("v1")]);
  await nights.run();
  // The rule is about to name the newest revision of the family.
  expect(remaining(account, "app")).toEqual(["v1"]);
});

describe("a scan that runs out of time", () => {
  test("is finished by the next one", async () => {
    const account = fleet();
    const nights = new Nights(account);
    let remainingMs = 900_000;
    const { summary, calls } = await nights.run({
      remainingMs: () => remainingMs,
      options: {
        before: { [DESCRIBE]: () => (remainingMs -= 30_000) },
      },
    });
    expect(summary.complete).toBe(false);
    expect(remaining(account, "app")).toContain("unused");
    const described = calls[DESCRIBE] ?? 0;
    expect(described).toBeLessThan(SERVICES);
    const second = await nights.run();
    expect(second.calls[DESCRIBE]).toBe(SERVICES - described);
    expect(second.summary.complete).toBe(true);
    expect(remaining(account, "app")).toHaveLength(SERVICES);
  });
});

describe("facts that cannot be trusted are read from AWS again, and no image is lost:", () => {
  test.for<{ name: string; damage: (account: Account) => unknown }>([
    { name: "lost", damage: (account) => objectsOf(account).delete(FACTS) },
    {
      name: "cut",
      damage: (account) => {
        const bytes = objectsOf(account).get(FACTS)?.bytes.subarray(0, 50);
        objectsOf(account).set(FACTS, storedObject(bytes ?? ""));
      },
    },
    {
      name: "of another version of the program",
      damage: async (account) =>
        changeFacts(account, (file) => ({ ...file, version: "0.0.9", content: {} })),
    },
    {
      name: "of another account",
      damage: async (account) =>
        changeFacts(account, (file) => ({ ...file, account: "222222222222" })),
    },
    {
      name: "of a newer format",
      damage: async (account) => changeFacts(account, (file) => ({ ...file, format: 2 })),
    },
    {
      name: "without a list",
      damage: async (account) =>
        changeFacts(account, ({ content, ...file }) => ({
          ...file,
          content: Object.fromEntries(Object.keys(content).map((key) => [key, null])),
        })),
    },
  ])("$name", async ({ damage }) => {
    const account = fleet();
    const nights = new Nights(account);
    await nights.run();
    await damage(account);
    const { calls, summary } = await nights.run();
    expect(calls[DESCRIBE]).toBe(SERVICES);
    expect(summary.failures).toEqual([]);
    expect(remaining(account, "app")).toHaveLength(SERVICES);
    expect((await nights.run()).calls[DESCRIBE]).toBeUndefined();
  });

  test("denied", async () => {
    const account = fleet();
    const isAllowed = (action: string) => !action.startsWith("s3:");
    const { summary, calls } = await new Nights(account).run({ options: { isAllowed } });
    expect(remaining(account, "app")).toHaveLength(SERVICES);
    expect(calls[DESCRIBE]).toBe(SERVICES);
    expect(summary.complete).toBe(true);
    expect(failuresOf(summary)).toContain(
      "What earlier runs have read could not be used, so this run reads all of it from AWS again: s3:GetObject failed",
    );
  });
});

test("the evidence of the original neither reads facts nor leaves any: it sees less in the same answers", async () => {
  const account = fleet();
  const nights = new Nights(account);
  await nights.run({ settings: { IN_USE_EVIDENCE: "original" } });
  expect([...objectsOf(account).keys()].filter((key) => !key.includes("reports"))).toEqual([]);
});

test("a function's version that is deployed again under its old number is described again", async () => {
  const account = createAccount({
    repositories: { app: enabled(many(2)) },
    functions: { web: { 1: { image: app("v0"), resolved: appByDigest("v0") } } },
    buckets: ["memories"],
  });
  const nights = new Nights(account);
  await nights.run({ settings: { DRY_RUN: "true" } });
  const version = { image: app("v1"), resolved: appByDigest("v1") };
  account.functions.set("web", { versions: new Map([["1", version]]) });
  const { calls } = await nights.run();
  expect(calls["lambda:GetFunction"]).toBe(1);
  expect(remaining(account, "app")).toEqual(["v1"]);
});

test("what a state machine says beside its images stays out of the store", async () => {
  const definition = JSON.stringify({
    States: { Run: { Comment: "secret", Parameters: { image: app("v1") } } },
  });
  const account = createAccount({
    repositories: { app: enabled([old("v1")]) },
    stateMachines: { order: { definition, versions: { 1: definition } } },
    buckets: ["memories"],
  });
  const nights = new Nights(account);
  await nights.runs(2);
  expect(remaining(account, "app")).toEqual(["v1"]);
  const facts = JSON.stringify(await factsOf(account));
  expect(facts).toContain(app("v1"));
  expect(facts).not.toContain("secret");
});
