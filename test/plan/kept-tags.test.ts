import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { matchesTag } from "../../src/plan/kept-tags.ts";
import { inputs } from "../random-inputs.ts";

describe("a word of tags to keep", () => {
  test.for([
    { word: "v", matches: ["v", "v1", "v-next"], others: ["V1", "rev1", ""] },
    { word: "v1.", matches: ["v1.", "v1.2"], others: ["v1", "v12"] },
    { word: "*", matches: ["v1", "latest", ""], others: [] },
    { word: "***", matches: ["v1", ""], others: [] },
    { word: "?", matches: ["1", "?"], others: ["", "12"] },
    { word: "*-prod", matches: ["1-prod", "-prod", "a-prod-prod"], others: ["1-prod-2", "prod"] },
    { word: "v1.?", matches: ["v1.0", "v1.x"], others: ["v1.", "v1.10", "v1x0", "rev1.0"] },
    { word: "release-*", matches: ["release-", "release-1"], others: ["release", "my-release-1"] },
    { word: "v*.*-rc?", matches: ["v1.2-rc1", "v.-rc-"], others: ["v1.2-rc", "v1-rc1", "v.-rc10"] },
    { word: "*a*", matches: ["a", "bab"], others: ["", "b"] },
    { word: "a*a", matches: ["aa", "aba"], others: ["a", "ab"] },
    { word: "*?-prod", matches: ["1-prod", "--prod"], others: ["-prod"] },
    { word: "*ab*ab", matches: ["abab", "ababab"], others: ["ab", "aba", "bab"] },
    { word: "v1.2+(x|y)[z]$", matches: ["v1.2+(x|y)[z]$1"], others: ["v1.22"] },
  ])("$word matches $matches and none of $others", ({ word, matches, others }) => {
    expect(matches.filter((tag) => !matchesTag(word, tag))).toEqual([]);
    expect(others.filter((tag) => matchesTag(word, tag))).toEqual([]);
  });

  test("matches what the regular expression of the same meaning matches", () => {
    const text = (...units: string[]) =>
      fc.string({ unit: fc.constantFrom(...units), maxLength: 12 });
    fc.assert(
      fc.property(text("a", "b", "*", "?"), text("a", "b"), (word, tag) => {
        const pattern = /[*?]/.test(word) ? word : `${word}*`;
        const expected = `^${pattern.replaceAll(/\*+/g, ".*").replaceAll("?", ".")}$`;
        expect(matchesTag(word, tag)).toBe(new RegExp(expected).test(tag));
      }),
      inputs(2_000),
    );
  });

  test("never goes back, so that a pattern that matches late or never ends", () => {
    const tag = "a".repeat(128);
    expect(matchesTag(`${"*a".repeat(63)}*b`, tag)).toBe(false);
    expect(matchesTag("*a".repeat(64), tag)).toBe(true);
    expect(matchesTag(`${"*?".repeat(63)}*b`, tag)).toBe(false);
  });
});
