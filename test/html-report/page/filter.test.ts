import { describe, expect, test } from "vitest";

import {
  EVERYTHING,
  type Filter,
  fromHash,
  select,
  toHash,
} from "../../../src/html-report/page/filter.ts";
import { dataWith } from "./data.ts";

const DAY = Date.UTC(2026, 0, 31);
const data = dataWith(
  [0, "v1 stable", "sha256:a1", DAY, 300, "in-use", "Lambda function mailer"],
  [0, "v2", "sha256:b2", DAY + 1, 100, "delete", "", "deleted"],
  [1, "v3", "sha256:c3", null, 200, "delete", "KmsError: no key", "failed"],
  [1, "", "sha256:d4", DAY - 1, 400, "too-young", ""],
);
const everySecond = dataWith(
  [0, "v1", "sha256:a", DAY, 1, "too-young", ""],
  [1, "v2", "sha256:b", DAY, 2, "delete", ""],
  [0, "v3", "sha256:c", DAY, 3, "too-young", ""],
  [1, "v4", "sha256:d", DAY, 4, "delete", ""],
);

/** The ends of the digests of what a filter selects. */
const selected = (part: Partial<Filter>, from = data) =>
  [...select(from, { ...EVERYTHING, ...part })].map((place) => from.images[place]?.[2].slice(7));

describe("without a filter, the table", () => {
  test("has unused images first, and the largest of them first", () => {
    expect(selected({}, everySecond)).toEqual(["d", "b", "c", "a"]);
  });

  test("has failed deletions before all others", () => {
    expect(selected({})).toEqual(["c3", "b2", "d4", "a1"]);
  });
});

test.for<{ name: string; filter: Partial<Filter>; expected: string[] }>([
  { name: "unused images, deleted or not", filter: { show: "unused" }, expected: ["c3", "b2"] },
  { name: "deleted images", filter: { show: "deleted" }, expected: ["b2"] },
  { name: "kept images", filter: { show: "kept" }, expected: ["d4", "a1"] },
  { name: "one reason", filter: { reason: "in-use" }, expected: ["a1"] },
  { name: "one repository", filter: { repository: "web" }, expected: ["c3", "d4"] },
  { name: "no repository of part of a name", filter: { repository: "we" }, expected: [] },
  { name: "a tag in any case", filter: { search: "STABLE" }, expected: ["a1"] },
  { name: "what uses it", filter: { search: "mailer" }, expected: ["a1"] },
  { name: "the reason in words", filter: { search: "too young" }, expected: ["d4"] },
  { name: "the code of the reason", filter: { search: "too-young" }, expected: ["d4"] },
  { name: "all of the words", filter: { search: "api v2" }, expected: ["b2"] },
  { name: "a month", filter: { search: "2026-01" }, expected: ["b2", "d4", "a1"] },
  { name: "a digest", filter: { search: "sha256:c3" }, expected: ["c3"] },
])("shows $name", ({ filter, expected }) => {
  expect(selected(filter)).toEqual(expected);
});

test.for<{ sort: Filter["sort"]; expected: string[] }>([
  { sort: "repository", expected: ["a1", "b2", "d4", "c3"] },
  { sort: "tags", expected: ["d4", "a1", "b2", "c3"] },
  { sort: "size", expected: ["b2", "c3", "a1", "d4"] },
  { sort: "pushed", expected: ["c3", "d4", "a1", "b2"] },
  { sort: "digest", expected: ["a1", "b2", "c3", "d4"] },
])("sorts by $sort, up and down", ({ sort, expected }) => {
  expect(selected({ sort })).toEqual(expected);
  expect(selected({ sort, order: "descending" })).toEqual(expected.toReversed());
});

describe("a link", () => {
  test.for<Partial<Filter>>([
    {},
    { show: "unused", repository: "shop/api", search: "a&b=c d#e" },
    { reason: "child-of-kept", sort: "size", order: "descending" },
  ])("carries %j", (part) => {
    const filter = { ...EVERYTHING, ...part };
    expect(fromHash(`#${toHash(filter)}`)).toEqual(filter);
  });

  test("is empty without a filter", () => {
    expect(toHash(EVERYTHING)).toBe("");
  });

  test("with unknown values shows everything", () => {
    expect(fromHash("#show=constructor&reason=x&sort=__proto__&order=up&more=1")).toEqual(
      EVERYTHING,
    );
  });
});
