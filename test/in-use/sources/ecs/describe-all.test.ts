import { setImmediate } from "node:timers/promises";

import { expect, test } from "vitest";

import { describeAll } from "../../../../src/in-use/sources/ecs/describe-all.ts";

const page = (number: number) => Array.from({ length: 100 }, (_, i) => `thing/${number}-${i}`);

/** Describes the things of some lists, ten a call, each after as many turns of the event loop as `turns` says. */
function describeThings(
  lists: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
  turns: (call: number) => number,
) {
  const calls: string[][] = [];
  const described: string[] = [];
  const end = describeAll<string>({
    action: "ecs:DescribeThings",
    resource: "things",
    perCall: 10,
    lists,
    describe: async (arns) => {
      const call = calls.push(arns);
      for (let turn = 0; turn < turns(call); turn += 1) await setImmediate();
      if (call === 1 && turns(1) === 0) throw new Error("denied");
      return { described: arns, failures: [] };
    },
    onDescribed: (things) => described.push(...things),
    arnOf: (arn) => arn,
  });
  return { calls, described, end };
}

test("describes what further lists name", async () => {
  async function* lists() {
    yield page(0);
    await setImmediate();
    yield page(1);
  }
  const { described, end } = describeThings(lists(), () => 2);
  await end;
  expect(described).toEqual([...page(0), ...page(1)]);
});

test("a list that cannot be read is an error, whenever the calls end", async () => {
  for (let waits = 0; waits < 30; waits += 1) {
    for (const turns of [1, 2, 3, 5, 8]) {
      async function* lists() {
        yield page(0);
        for (let turn = 0; turn < waits; turn += 1) await setImmediate();
        throw new Error("the list cannot be read");
      }
      const { end } = describeThings(lists(), (call) => turns + (call % 3));
      await expect(end).rejects.toThrow("the list cannot be read");
    }
  }
});

test("begins no call after one has failed", async () => {
  const lists = Array.from({ length: 50 }, (_, number) => page(number));
  const { calls, end } = describeThings(lists, (call) => (call === 1 ? 0 : 5));
  await expect(end).rejects.toThrow("ecs:DescribeThings failed for things: denied");
  const begun = calls.length;
  for (let turn = 0; turn < 100; turn += 1) await setImmediate();
  expect(calls.length).toBe(begun);
  expect(begun).toBeLessThan(60);
});
