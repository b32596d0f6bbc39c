import { describe, expect, test } from "vitest";

import { app, numbered, recordOf } from "../../../accounts.ts";
import { clean } from "../../../make-run.ts";
import { createAccount, enabled, old, remaining } from "../../../simulator/account.ts";
import { startSimulator } from "../../../simulator/simulator.ts";

/** So many revisions of so many families; the image of revision 7 of family f0 is `f0-7`. */
function revisions(families: number, count: number): Record<string, string[]> {
  const names = numbered("f", families).flatMap((family) =>
    Array.from({ length: count }, (_, i) => `${family}:${i + 1}`),
  );
  return recordOf(names, (name) => [app(name.replace(":", "-"))]);
}

/** Makes a real run; tells which of some images are left, and how many calls of ECS it took. */
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
  ])("$keep keeps the images of that many newest revisions of each family", async (expected) => {
    const tags = [0, 1].flatMap((f) => [9, 10, 11, 12].map((r) => `f${f}-${r}`));
    const { left } = await runOn(revisions(2, 12), tags, expected.keep);
    expect(left).toEqual(expected.left.toSorted());
  });
});

test("300 families cost a call for each 100 revisions, and one for each newest revision", async () => {
  const { lists, described } = await runOn(revisions(300, 3), ["f0-1", "f299-3"], "1");
  expect(lists).toBe(9);
  expect(described).toBe(300);
});

describe("families with so many revisions that asking each family is cheaper", () => {
  test.for([
    { keep: "1", left: ["f0-1200"], described: 2 },
    { keep: "2", left: ["f0-1199", "f0-1200"], described: 4 },
  ])("are asked one by one: $keep", async ({ keep, left: expected, described: calls }) => {
    const tags = ["f0-1198", "f0-1199", "f0-1200"];
    const { left, lists, described } = await runOn(revisions(2, 1200), tags, keep);
    expect(left).toEqual(expected);
    expect(described).toBe(calls);
    expect(lists).toBeLessThanOrEqual(11 + 2 + 2);
  });
});
