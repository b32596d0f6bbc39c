import { describe, expect, test } from "vitest";

import { sayWhereMissing, sayWhereRead } from "../../src/report/places.ts";
import { summaryOf } from "./in-places.ts";

const A = "111111111111";
const B = "222222222222";

/** The places of account A with a source that is available in some Regions, and not in others. */
const placesOf = (available: readonly string[], missing: readonly string[]) =>
  summaryOf(
    Object.fromEntries([
      ...available.map((region) => [`${A}/${region}`, { batch: 1 }]),
      ...missing.map((region) => [`${A}/${region}`, { batch: null }]),
    ]),
  ).inUse.places;

describe("the text on where a run read", () => {
  test.for([
    {
      name: "counts one account",
      places: [`${A}/r1`, `${A}/r2`],
      text: "1 account and 2 Regions (2 places)",
    },
    {
      name: "counts one Region",
      places: [`${A}/r1`, `${B}/r1`],
      text: "2 accounts and 1 Region (2 places)",
    },
    {
      name: "counts the places, which need not be every account in every Region",
      places: [`${A}/r1`, `${A}/r2`, `${B}/r3`],
      text: "2 accounts and 3 Regions (3 places)",
    },
  ])("$name", ({ places, text }) => {
    const { inUse } = summaryOf(Object.fromEntries(places.map((place) => [place, {}])));
    expect(sayWhereRead(inUse.places)).toBe(text);
  });
});

describe("the text on where a source is missing", () => {
  test.for([
    {
      name: "is missing if the source is everywhere",
      available: ["r1", "r2"],
      missing: [],
      text: undefined,
    },
    {
      name: "names the only Region of the run so",
      available: [],
      missing: ["r1"],
      text: "this Region",
    },
    { name: "names one Region of several", available: ["r1"], missing: ["r2"], text: "r2" },
    {
      name: "names three Regions",
      available: ["r1"],
      missing: ["r4", "r3", "r2"],
      text: "r2, r3 and r4",
    },
    {
      name: "counts more Regions",
      available: ["r1"],
      missing: ["r2", "r3", "r4", "r5"],
      text: "4 of 5 Regions",
    },
    {
      name: "says so if no Region has it",
      available: [],
      missing: ["r1", "r2"],
      text: "all 2 Regions",
    },
  ])("$name", ({ available, missing, text }) => {
    expect(sayWhereMissing("batch", placesOf(available, missing))).toBe(text);
  });

  test("names a Region once, whatever the number of accounts", () => {
    const { inUse } = summaryOf({
      [`${A}/r1`]: { batch: 1 },
      [`${A}/r2`]: { batch: null },
      [`${B}/r2`]: { batch: null },
    });
    expect(sayWhereMissing("batch", inUse.places)).toBe("r2");
  });
});
