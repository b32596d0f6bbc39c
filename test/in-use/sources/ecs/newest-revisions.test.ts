import { describe, expect, test } from "vitest";

import { app, numbered, recordOf } from "../../../accounts.ts";
import { clean } from "../../../make-run.ts";
import { createAccount, enabled, old, remaining } from "../../../simulator/account.ts";
import { startSimulator } from "../../../simulator/simulator.ts";

/** Task definitions of some families, each with some revisions. Revision 7 of the family `f0` has the image `f0-7`. */
function revisions(families: number, count: number): Record<string, string[]> {
  const names = numbered("f", families).flatMap((family) =>
    Array.from({ length: count }, (_, i) => `${family}:${i + 1}`),
  );
  return recordOf(names, (name) => [app(name.replace(":", "-"))]);
}

/** Makes a real run. Returns the images that are left, and the number of calls to ECS. */
async function runOn(taskDefinitions: Record<string, string[]>, tags: string[], keep: string) {
  const account = createAccount({
    taskDefinitions,
    repositories: { app: enabled(tags.map((tag) => old(tag))) },
  });
  await using simulator = await startSimulator(account);
  await clean(simulator, { KEEP_TASK_DEFINITIONS: keep });
  const count = (action: string) => simulator.callsOf(action).length;
  return {
    left: remaining(account, "app"),
    lists: count("ecs:ListTaskDefinitions") + count("ecs:ListTaskDefinitionFamilies"),
    described: count("ecs:DescribeTaskDefinition"),
  };
}

describe("KEEP_TASK_DEFINITIONS", () => {
  test.for([
    { keep: "0", left: [] },
    { keep: "1", left: ["f0-12", "f1-12"] },
    { keep: "3", left: ["f0-10", "f0-11", "f0-12", "f1-10", "f1-11", "f1-12"] },
  ])("of $keep keeps the images of that many newest revisions of each family", async (expected) => {
    const tags = [0, 1].flatMap((f) => [9, 10, 11, 12].map((r) => `f${f}-${r}`));
    const { left } = await runOn(revisions(2, 12), tags, expected.keep);
    expect(left).toEqual(expected.left.toSorted());
  });
});

test("a run makes one call for 100 revisions, and one call for each newest revision", async () => {
  const { lists, described } = await runOn(revisions(300, 3), ["f0-1", "f299-3"], "1");
  expect(lists).toBe(9);
  expect(described).toBe(300);
});

test("a run counts families only as far as it must, to read the list of all revisions on", async () => {
  const { lists, described } = await runOn(revisions(300, 4), ["f0-1"], "1");
  const [pagesOfRevisions, pagesOfFamilies] = [12, 1];
  expect(lists).toBe(pagesOfRevisions + pagesOfFamilies);
  expect(described).toBe(300);
});

describe("a run", () => {
  test.for([
    { keep: "1", left: ["f0-1200"], described: 2 },
    { keep: "2", left: ["f0-1199", "f0-1200"], described: 4 },
  ])(
    "asks each family if the families have many revisions, and keeps $keep of each",
    async ({ keep, left: expected, described: calls }) => {
      const tags = ["f0-1198", "f0-1199", "f0-1200"];
      const { left, lists, described } = await runOn(revisions(2, 1200), tags, keep);
      expect(left).toEqual(expected);
      expect(described).toBe(calls);
      expect(lists).toBeLessThanOrEqual(11 + 2 + 2);
    },
  );
});

test("a run asks each family although their names fill several pages", async () => {
  const { left, described } = await runOn(revisions(101, 103), ["f100-103", "f100-102"], "1");
  expect(left).toEqual(["f100-103"]);
  expect(described).toBe(101);
});

test("a run keeps the newest revision that is left if others delete revisions all the time", async () => {
  const account = createAccount({
    taskDefinitions: revisions(1, 8),
    repositories: { app: enabled(["f0-7", "f0-6", "f0-1"].map((tag) => old(tag))) },
  });
  await using simulator = await startSimulator(account, {
    before: {
      "ecs:DescribeTaskDefinition": ({ taskDefinitions }, { taskDefinition }) => {
        if (/:\d+$/.test(taskDefinition)) taskDefinitions.delete("f0:8");
      },
    },
  });
  const { failures } = await clean(simulator, { KEEP_TASK_DEFINITIONS: "1" });
  expect(failures).toEqual([]);
  expect(remaining(account, "app")).toEqual(["f0-7"]);
});

test("a run keeps the image of a task that starts from the newest revision just before a newer one comes", async () => {
  const account = createAccount({
    clusters: { main: {} },
    taskDefinitions: { "job:1": [app("v1")] },
    repositories: { app: enabled([old("v1")]) },
  });
  await using simulator = await startSimulator(account, {
    before: {
      "ecs:ListTaskDefinitions": ({ clusters, taskDefinitions }) => {
        clusters.get("main")?.tasks.set("task-0", { containers: [{ image: app("v1") }] });
        taskDefinitions.set("job:2", [app("v2")]);
      },
    },
  });
  await clean(simulator);
  expect(remaining(account, "app")).toEqual(["v1"]);
});
