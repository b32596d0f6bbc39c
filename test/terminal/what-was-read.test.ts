import { describe, expect, test } from "vitest";

import { renderWhatWasRead } from "../../src/terminal/what-was-read.ts";
import { type FoundInPlaces, summaryOf } from "../report/in-places.ts";

const render = (found: FoundInPlaces, passedOver?: readonly string[], width = 100) =>
  renderWhatWasRead(summaryOf(found, passedOver), width);

const numbered = (places: number): FoundInPlaces =>
  Object.fromEntries(
    Array.from({ length: places }, (_, i) => [`${222222222222 + i}/r`, { ecs: 0 }]),
  );

describe("the lines on what was read", () => {
  test("of one place name what each source found there", () => {
    expect(render({ "1/r1": { ecs: 1234, lambda: 0, batch: null } })).toEqual([
      "References seen:  ecs 1,234",
      "Nothing found in: lambda",
      "Not in this Region: batch",
    ]);
  });

  test("of several places add up what each source found, and name the places without a find", () => {
    const found = {
      "1/r1": { ecs: 1200, lambda: 0, batch: 3 },
      "1/r2": { ecs: 34, lambda: 0, batch: null },
      "2/r1": { ecs: 0, lambda: 0, batch: 0 },
      "2/r2": { ecs: 0, lambda: 0, batch: null },
    };
    expect(render(found)).toEqual([
      "Read in:          2 accounts and 2 Regions (4 places)",
      "Nothing found in: 2/r1, 2/r2",
      "References seen:  ecs 1,234, batch 3",
      "Nothing found by: lambda",
      "Not available:    batch in r2",
    ]);
  });

  test("of several accounts in one Region say which sources the Region does not have", () => {
    expect(render({ "1/r1": { ecs: 1, batch: null }, "2/r1": { ecs: 1, batch: null } })).toEqual([
      "Read in:          2 accounts and 1 Region (2 places)",
      "References seen:  ecs 2",
      "Not in this Region: batch",
    ]);
  });

  test("name the first five of many places without a find", () => {
    expect(render(numbered(17), [], 200)).toContain(
      "Nothing found in: 222222222222/r, 222222222223/r, 222222222224/r, 222222222225/r, 222222222226/r, and 12 more",
    );
  });

  test.for([
    {
      name: "one account that was passed over",
      accounts: ["444444444444"],
      line: "Not read:         inactive account 444444444444",
    },
    {
      name: "several accounts that were passed over",
      accounts: ["444444444444", "555555555555"],
      line: "Not read:         inactive accounts 444444444444, 555555555555",
    },
  ])("name $name, also if one place alone was read", ({ accounts, line }) => {
    expect(render({ "1/r1": { ecs: 1 } }, accounts)).toContain(line);
  });

  test("name lists, with the account and the Region that they are about", () => {
    const { inUse, ...summary } = summaryOf({ "1/r1": { ecs: 1 } });
    const time = "2026-01-31T08:00:00.000Z";
    const one = { name: "a", account: "222222222222", region: "r2", time, references: 1200 };
    const plain = { name: "b\u{7}", account: null, region: null, time, references: 1 };
    const lists = [one, plain, plain, plain, plain, plain];
    expect(renderWhatWasRead({ ...summary, inUse: { ...inUse, lists } }, 500)).toContain(
      `Lists read:       a (1,200 references of 222222222222/r2, made ${time}), ` +
        `${`b� (1 reference, made ${time}), `.repeat(4)}and 1 more`,
    );
  });

  test.for([60, 80, 120])("fit into %d columns", (width) => {
    const lines = render(
      numbered(40),
      Array.from({ length: 9 }, () => "444444444444"),
      width,
    );
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
  });
});
