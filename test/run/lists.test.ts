import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { app, many } from "../accounts.ts";
import { BUCKET, accountWith, jsonList } from "../in-use/lists/lists.ts";
import { TOO_OLD_MS, cleanAccount, run, runForPeople, useSimulator } from "../make-run.ts";
import { start } from "../../src/run/start.ts";
import { type Account, digestOf, enabled, remaining } from "../simulator/account.ts";
import type { Fault } from "../simulator/faults.ts";
import { storedObject } from "../simulator/services/s3/state.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

const HOUR = 60 * 60_000;
const ALL = ["v1", "v2", "v3", "v4"];
const S3 = `s3://${BUCKET}`;

/** Makes a real run with lists. Without them, only `v4` is in use. */
async function clean(
  lists: string,
  objects: Readonly<Record<string, string | Buffer>> = {},
  {
    keysPerPage,
    settings = {},
    ...options
  }: SimulatorOptions & { keysPerPage?: number; settings?: Record<string, string> } = {},
) {
  const account = accountWith(objects, keysPerPage);
  await using simulator = await startSimulator(account, options);
  const result = await run(simulator, ["--json"], {
    DRY_RUN: "false",
    IN_USE_LISTS: lists,
    ...settings,
  });
  const { failures, inUse } = JSON.parse(result.stdout);
  return { ...result, account, inUse, failures, left: remaining(account, "app"), simulator };
}

/** A new folder with files, by name. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "lists-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe("a list keeps", () => {
  test.for([
    { name: "an image by its tag", image: app("v1"), left: ["v1", "v4"] },
    {
      name: "an image by its digest",
      image: `${app("other")}@${digestOf("v1")}`,
      left: ["v1", "v4"],
    },
    { name: "the whole repository of an image that cannot be read", image: app("{}"), left: ALL },
    {
      name: "nothing, by an image in another registry",
      image: app("v1").replace(/^\d+/, "999999999999"),
      left: ["v4"],
    },
  ])("$name", async ({ image, left }) => {
    const json = await clean(`${S3}/one`, { one: jsonList([image]) });
    expect(json).toMatchObject({ exitCode: 0, left });
    expect(await clean(`${S3}/one`, { one: `# a list\n${image}\n` })).toMatchObject({
      exitCode: 0,
      left,
    });
  });

  test("nothing, if it is complete and empty", async () => {
    expect((await clean(`${S3}/one`, { one: jsonList([]) })).left).toEqual(["v4"]);
  });

  test("what files and folders name too", async () => {
    const folder = folderWith({ a: app("v1"), "b.json": jsonList([app("v2")]) });
    const file = join(folderWith({ c: app("v3") }), "c");
    const { left, inUse } = await clean(`${folder}, ${file}`);
    expect(left).toEqual(ALL);
    expect(inUse.lists).toMatchObject([
      { name: join(folder, "a"), account: null, region: null, references: 1 },
      { name: join(folder, "b.json"), account: "222222222222", region: "eu-west-1" },
      { name: file },
    ]);
  });

  test("what it says, and warns of an image that it cannot read", async () => {
    const { entries } = await clean(`${S3}/one`, { one: app("$TAG") });
    expect(entries).toContainEqual(
      expect.objectContaining({
        message: "Cannot read an image reference, keeping its whole repository",
        reference: app("$TAG"),
        place: `list ${S3}/one`,
      }),
    );
  });
});

describe("a location in S3 names", () => {
  const objects = {
    "lists/a": jsonList([app("v1")]),
    "lists/deep/b": jsonList([app("v2")]),
    "lists/": "",
    "lists-old/c": jsonList([app("v3")], { time: "2020-01-01T00:00:00Z" }),
    listsc: "no list",
  };

  test.for([
    { location: "lists", left: ["v1", "v2", "v4"] },
    { location: "lists/", left: ["v1", "v2", "v4"] },
    { location: "lists/a", left: ["v1", "v4"] },
    { location: "lists/deep", left: ["v2", "v4"] },
    { location: "lists/a s3://evidence/lists", left: ["v1", "v2", "v4"] },
  ])("$location", async ({ location, left }) => {
    expect(await clean(`${S3}/${location}`, objects)).toMatchObject({ exitCode: 0, left });
  });

  test("an object and those below it, if there are both", async () => {
    const both = { ...objects, lists: jsonList([app("v3")]) };
    expect((await clean(`${S3}/lists`, both)).left).toEqual(ALL);
  });

  test("a whole bucket", async () => {
    const two = { a: jsonList([app("v1")]), "b/c": jsonList([app("v2")]) };
    expect((await clean(S3, two)).left).toEqual(["v1", "v2", "v4"]);
  });

  test("objects on every page", async () => {
    const { left, simulator } = await clean(`${S3}/lists`, objects, { keysPerPage: 1 });
    expect(left).toEqual(["v1", "v2", "v4"]);
    expect(simulator.callsOf("s3:ListObjectsV2").length).toBeGreaterThan(2);
  });
});

describe("nothing is deleted, and the list is named, if", () => {
  const good = jsonList([app("v1")]);
  const madeAt = (time: number) => jsonList([app("v1")], { time: new Date(time).toISOString() });
  const old = madeAt(Date.now() - 49 * HOUR);

  test.for([
    { name: "it is too old", text: old, says: "IN_USE_LISTS_MAX_HOURS is 48" },
    { name: "it is from the future", text: madeAt(Date.now() + HOUR), says: "ahead of this" },
    { name: "it is not complete", text: jsonList([], { complete: false }), says: "did not read" },
    {
      name: "it is of a later version",
      text: jsonList([], { version: 2 }),
      says: '"version" is 2',
    },
    { name: "it lacks its references", text: jsonList([], { references: null }), says: "null" },
    { name: "its account is none", text: jsonList([], { account: "1" }), says: '"account" is "1"' },
    { name: "it is empty", text: "", says: "it has no reference" },
    { name: "it is cut", text: good.slice(0, -2), says: "damaged JSON" },
    { name: "it is a web page", text: "<html>Sign in</html>", says: "<html>Sign in</html>" },
    { name: "it has names alone", text: "app:v1", says: "names no image in ECR" },
  ])("$name", async ({ text, says }) => {
    for (const folder of [undefined, folderWith({ one: text, two: good })]) {
      const lists = folder ?? `${S3}/lists`;
      const objects = { "lists/one": text, "lists/two": good };
      const { exitCode, left, failures } = await clean(lists, objects);
      expect({ exitCode, left }).toEqual({ exitCode: 1, left: ALL });
      expect(failures).toHaveLength(1);
      expect(failures[0].message).toContain(`The list ${lists}/one cannot be used: `);
      expect(failures[0].message).toContain(says);
      expect(failures[0].message).toContain("leave it out of IN_USE_LISTS if");
    }
  });

  test("its file is too old, and is a plain list", async () => {
    const folder = folderWith({ one: app("v1") });
    const time = (Date.now() - 49 * HOUR) / 1000;
    utimesSync(join(folder, "one"), time, time);
    const stale = await clean(`${folder}/one`);
    expect(stale).toMatchObject({ exitCode: 1, left: ALL });
    expect(stale.failures[0].message).toContain("49.0 hours ago");
    const enough = await clean(`${folder}/one`, {}, { settings: { IN_USE_LISTS_MAX_HOURS: "50" } });
    expect(enough).toMatchObject({ exitCode: 0, left: ["v1", "v4"] });
  });

  test("its object is too old, and is a plain list", async () => {
    const { exitCode, left } = await clean(
      `${S3}/one`,
      { one: app("v1") },
      {
        before: {
          "s3:ListObjectsV2": ({ buckets }) => {
            const { objects } = buckets.get(BUCKET) ?? { objects: new Map() };
            const lastModified = Date.now() - 49 * HOUR;
            objects.set("one", { ...storedObject(app("v1")), lastModified });
          },
        },
      },
    );
    expect({ exitCode, left }).toEqual({ exitCode: 1, left: ALL });
  });

  test.for([
    { name: "there is no object", location: "lists/one", says: "there is no object of this key" },
    { name: "the prefix is empty", location: "other", says: "there is no object of this key" },
    { name: "the prefix is a folder of the console", location: "none", says: "there is no object" },
    { name: "there is no bucket", location: "", bucket: "missing", says: "NoSuchBucket" },
  ])("$name in S3", async ({ location, bucket = BUCKET, says }) => {
    const list = [`s3://${bucket}`, location].filter(Boolean).join("/");
    const objects = { "lists/one.json": good, "none/": "" };
    const { exitCode, left, failures } = await clean(list, objects);
    expect({ exitCode, left }).toEqual({ exitCode: 1, left: ALL });
    expect(failures[0].message).toContain(`The list ${list} cannot be used: `);
    expect(failures[0].message).toContain(says);
  });

  test.for([
    { name: "there is no file", path: "two", code: "ENOENT", says: "no such file" },
    { name: "the folder is empty", path: "empty", says: "the folder is empty" },
    { name: "a folder has a folder", path: "", says: "only files directly in a folder are read" },
  ])("$name", async ({ path, code = "Error", says }) => {
    const folder = folderWith({ one: good });
    mkdirSync(join(folder, "empty"));
    const list = join(folder, path);
    const { exitCode, left, failures } = await clean(list);
    expect({ exitCode, left }).toEqual({ exitCode: 1, left: ALL });
    expect(failures[0]).toMatchObject({ code, message: expect.stringContaining(list) });
    expect(failures[0].message).toContain(says);
  });

  test("it is a pipe, whose time says nothing", async () => {
    const { exitCode, left, stdout } = await clean("/dev/null");
    expect({ exitCode, left }).toEqual({ exitCode: 1, left: ALL });
    expect(stdout).toContain("it is neither a file nor a folder");
  });

  test.for([
    { action: "s3:ListObjectsV2", permission: "s3:ListBucket on the bucket evidence" },
    { action: "s3:GetObject", permission: "s3:GetObject on it" },
  ])("the role may not call $action", async ({ action, permission }) => {
    const { exitCode, left, failures } = await clean(
      `${S3}/one`,
      { one: good },
      { isAllowed: (called) => called !== action },
    );
    expect({ exitCode, left }).toEqual({ exitCode: 1, left: ALL });
    expect(failures[0]).toMatchObject({ code: "AccessDenied" });
    expect(failures[0].message).toContain(`allow ${permission} for this role`);
  });
});

describe("nothing is deleted, unless everything was read, if S3 answers", () => {
  const objects = { "lists/a": app("v1"), "lists/b": `${app("v2")}\n${app("v3")}` };
  const FAULTS: Fault[] = [
    { kind: "empty" },
    { kind: "no-body" },
    { kind: "html", status: 200 },
    { kind: "cut" },
    { kind: "reset" },
  ];
  const ofLists: Fault[] = [
    { kind: "without", member: "KeyCount" },
    { kind: "without", member: "IsTruncated" },
    { kind: "without", member: "Contents" },
    { kind: "without", member: "NextContinuationToken" },
    { kind: "repeat-token" },
  ];
  const ofObjects: Fault[] = [
    { kind: "without", member: "ETag" },
    { kind: "without", member: "LastModified" },
  ];
  test.for([
    ...[...FAULTS, ...ofLists].map((fault) => ({ action: "s3:ListObjectsV2", fault })),
    ...[...FAULTS, ...ofObjects].map((fault) => ({ action: "s3:GetObject", fault })),
  ])("with the fault $fault.kind $fault.member to $action", async ({ action, fault }) => {
    const faults = (called: string) => (called === action ? fault : undefined);
    const { exitCode, left } = await clean(`${S3}/lists`, objects, { faults, keysPerPage: 1 });
    expect({ exitCode, left }).toEqual({ exitCode: 1, left: ALL });
  });

  test.for([
    { action: "s3:ListObjectsV2", fault: { kind: "html", status: 200 } as const },
    { action: "s3:ListObjectsV2", fault: { kind: "throttled" } as const },
    { action: "s3:GetObject", fault: { kind: "unavailable" } as const },
  ])("once with the fault $fault.kind to $action", async ({ action, fault }) => {
    const faults = (called: string, _: unknown, nth: number) =>
      called === action && nth === 0 ? fault : undefined;
    const { exitCode, left } = await clean(`${S3}/lists`, objects, { faults });
    expect({ exitCode, left }).toEqual({ exitCode: 0, left: ALL });
  });
});

describe("between listing and reading, a list", () => {
  const once = (change: (objects: Map<string, ReturnType<typeof storedObject>>) => void) => {
    let isDone = false;
    return ({ buckets }: Account) => {
      if (isDone) return;
      isDone = true;
      change(buckets.get(BUCKET)?.objects ?? new Map());
    };
  };
  const objects = { "lists/a": app("v1") };

  test("that changes is read as it is now", async () => {
    const change = once((all) => all.set("lists/a", storedObject(`${app("v2")}\n${app("v3")}`)));
    const { left } = await clean(`${S3}/lists`, objects, { before: { "s3:GetObject": change } });
    expect(left).toEqual(["v2", "v3", "v4"]);
  });

  test("that changes all the time stops the run", async () => {
    let change = 0;
    const before = {
      "s3:GetObject": ({ buckets }: Account) => {
        change += 1;
        buckets.get(BUCKET)?.objects.set("lists/a", storedObject(`# ${change}\n${app("v1")}`));
      },
    };
    const { exitCode, left, stdout } = await clean(`${S3}/lists`, objects, { before });
    expect({ exitCode, left }).toEqual({ exitCode: 1, left: ALL });
    expect(stdout).toContain("it changes while it is read");
  });

  test.for(["s3:GetObject", "s3:ListObjectsV2"])("that vanishes stops the run (%s)", async (at) => {
    const two = { ...objects, "lists/b": app("v2") };
    let calls = 0;
    const before = {
      [at]: ({ buckets }: Account) => {
        calls += 1;
        // The second listing follows a change.
        if (at === "s3:GetObject" || calls > 1) buckets.get(BUCKET)?.objects.delete("lists/a");
      },
      ...(at === "s3:ListObjectsV2" && {
        "s3:GetObject": once((all) => all.set("lists/a", storedObject(app("v3")))),
      }),
    };
    const { exitCode, left } = await clean(`${S3}/lists`, two, { before });
    expect({ exitCode, left }).toEqual({ exitCode: 1, left: ALL });
  });
});

test("one run names every list that fails, and every source", async () => {
  const folder = folderWith({ bad: "<html>" });
  const { exitCode, left, failures } = await clean(
    `${S3}/one ${S3}/two ${folder} missing-file`,
    {},
    { isAllowed: (action) => !/^s3:|^batch:/.test(action) },
  );
  expect({ exitCode, left }).toEqual({ exitCode: 1, left: ALL });
  const messages = failures.map(({ message }: { message: string }) => message).join("\n");
  for (const name of [`${S3}/one`, `${S3}/two`, `${folder}/bad`, "missing-file"]) {
    expect(messages).toContain(`The list ${name} cannot be used`);
  }
  expect(messages).toContain("batch:");
});

describe("a later scan of the same run", () => {
  /** During the first deletion, the evidence gets too old, and the list changes. */
  const cleanWhile = async (list: string) =>
    cleanAccount(
      { repositories: { app: enabled(many(1000)) }, buckets: [BUCKET] },
      (clock) => {
        let text = jsonList([app("v1")]);
        return {
          before: {
            "s3:ListObjectsV2": ({ buckets }) =>
              buckets.get(BUCKET)?.objects.set("one", storedObject(text)),
            "ecr:BatchDeleteImage": () => {
              if (text === list) return;
              text = list;
              clock.now += TOO_OLD_MS;
            },
          },
        };
      },
      { IN_USE_LISTS: `${S3}/one` },
    );

  test("reads the lists again, and keeps what any reading names", async () => {
    const { account } = await cleanWhile(jsonList([app("v900")]));
    expect(remaining(account, "app")).toEqual(["v1", "v900"]);
  });

  test("ends the run if a list has become useless", async () => {
    const { account, summary } = await cleanWhile("<html>");
    expect(summary.failures[0]?.message).toContain(`The list ${S3}/one cannot be used`);
    expect(remaining(account, "app")).toContain("v900");
  });
});

test("no list is read when time is up, and the run fails for lack of time", async () => {
  const account = accountWith({ one: app("v1") });
  await using simulator = await startSimulator(account);
  useSimulator(simulator);
  let remainingMs = 900_000;
  const { summary } = await start({
    env: { DRY_RUN: "false", BOX_LOG: "SILENT", IN_USE_LISTS: `${S3}/one` },
    remainingMs: () => remainingMs,
    observer: { onRepositories: () => (remainingMs = 20_000) },
  });
  expect(summary.failures).toMatchObject([{ code: "OutOfTimeError" }]);
  expect(remaining(account, "app")).toEqual(ALL);
  expect(simulator.callsOf("s3:GetObject")).toEqual([]);
});

describe("people see lists", () => {
  const time = new Date().toISOString();
  const lists = {
    "lists/a.json": jsonList([], { time, references: [{ image: app("v1"), place: "pod web" }] }),
    "lists/b.json": jsonList([app("v2")], { time }),
  };
  const settings = { IN_USE_LISTS: `${S3}/lists` };

  test("in the lines on what was read", async () => {
    await using simulator = await startSimulator(accountWith(lists));
    const { stdout } = await runForPeople(simulator, [], settings);
    expect(stdout.replaceAll(/\n +/g, " ")).toContain(
      `Lists read:       ${S3}/lists/a.json (1 reference of 222222222222/eu-west-1, made ${time}), ${S3}/lists/b.json (1`,
    );
  });

  test("as the users of an image", async () => {
    await using simulator = await startSimulator(accountWith(lists));
    const { stdout } = await runForPeople(simulator, ["--explain", "app:v1"], settings);
    expect(stdout).toContain(`list ${S3}/lists/a.json: pod web`);
  });

  test("in the log", async () => {
    const { entries, inUse } = await clean(`${S3}/lists`, lists);
    const found = entries.find(({ message }) => message === "Found used images");
    expect(found).toMatchObject({ lists: [{ name: `${S3}/lists/a.json`, time }, {}] });
    expect(inUse.references).toBe(3);
  });

  test("as lists in part, if their makers left out sources or could not know all images", async () => {
    const blindSpot = "Batch job 1 runs EKS properties that name no image";
    const part = jsonList([app("v1")], { sources: ["ecs", "lambda"], blindSpots: [blindSpot] });
    await using simulator = await startSimulator(accountWith({ "lists/a.json": part }));
    const { stdout } = await runForPeople(simulator, [], settings);
    const text = stdout.replaceAll(/\n +/g, " ");
    expect(text).toMatch(/Lists read: .*, from only these sources: ecs, lambda\)/);
    const name = `${S3}/lists/a.json`;
    expect(text).toContain(`\nList ${name} has only these sources: ecs, lambda\n`);
    expect(text).toContain(`\nImages not known: list ${name}: ${blindSpot}\n`);
    const result = await run(simulator, ["--json"], settings);
    expect(JSON.parse(result.stdout).inUse.lists).toMatchObject([
      { name, sources: ["ecs", "lambda"], blindSpots: [blindSpot] },
    ]);
    const warnings = result.entries.filter(({ list }) => list === name);
    expect(warnings).toMatchObject([
      {
        level: "WARN",
        message: "A list has only what these sources show",
        sources: ["ecs", "lambda"],
      },
      { level: "WARN", message: "Cannot know which images this uses", blindSpot },
    ]);
  });

  test("nowhere in a run without lists", async () => {
    await using simulator = await startSimulator(accountWith());
    const { stdout, entries } = await run(simulator);
    expect(stdout).not.toContain("Lists read");
    expect(entries.find(({ message }) => message === "Found used images")).not.toHaveProperty(
      "lists",
    );
  });
});
