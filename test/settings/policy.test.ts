import { describe, expect, test } from "vitest";

import { ConfigError } from "../../src/errors.ts";
import { parsePolicy } from "../../src/settings/policy.ts";

describe("parsePolicy", () => {
  const defaults = {
    keepDays: 30,
    keepCount: 5,
    keepTags: ["v"],
    keepPulledDays: 90,
    keepUsedDays: 14,
    unseenPullers: "skip",
  } as const;

  test("returns the defaults for a repository without policy tags", () => {
    expect(parsePolicy({ BoxCleanerEnabled: "true" }, defaults)).toEqual(defaults);
  });

  test.for(["0", "1", "400"])("reads BoxCleanerKeepDays=%s", (text) => {
    const policy = parsePolicy({ BoxCleanerKeepDays: text }, defaults);
    expect(policy).toEqual({ ...defaults, keepDays: Number(text) });
  });

  test("reads each rule from its tag, and turns off a rule with an empty tag", () => {
    const tags = {
      BoxCleanerKeepCount: "0",
      BoxCleanerKeepTags: "release- stable",
      BoxCleanerKeepPulledDays: "7",
      BoxCleanerKeepUsedDays: "45",
      BoxCleanerUnseenPullers: "ignore",
    };
    expect(parsePolicy(tags, defaults)).toEqual({
      keepDays: 30,
      keepCount: 0,
      keepTags: ["release-", "stable"],
      keepPulledDays: 7,
      keepUsedDays: 45,
      unseenPullers: "ignore",
    });
    const off = {
      BoxCleanerKeepTags: "",
      BoxCleanerKeepPulledDays: "",
      BoxCleanerKeepUsedDays: "",
    };
    expect(parsePolicy(off, defaults)).toMatchObject({
      keepTags: [],
      keepPulledDays: undefined,
      keepUsedDays: undefined,
    });
  });

  test.for(["", "-1", "1 year", "30 ", "3O"])("refuses BoxCleanerKeepDays=%j", (text) => {
    expect(() => parsePolicy({ BoxCleanerKeepDays: text }, defaults)).toThrow(
      new ConfigError(
        `Tag BoxCleanerKeepDays is "${text}" and must be a whole number of days, 0 or more`,
      ),
    );
  });

  test.for(["*-prod", "v1.?"])("refuses the wildcards in BoxCleanerKeepTags=%s", (text) => {
    expect(() => parsePolicy({ BoxCleanerKeepTags: text }, defaults)).toThrow(
      new ConfigError(
        `Tag BoxCleanerKeepTags is "${text}" and must be prefixes of image tags, separated by spaces`,
      ),
    );
  });

  test("refuses another word in BoxCleanerUnseenPullers", () => {
    expect(() => parsePolicy({ BoxCleanerUnseenPullers: "true" }, defaults)).toThrow(
      new ConfigError('Tag BoxCleanerUnseenPullers is "true" and must be one of skip, ignore'),
    );
  });

  test("refuses wrong tags and quotes all of them", () => {
    const tags = { BoxCleanerKeepCount: "all", BoxCleanerKeepTags: "v/1" };
    expect(() => parsePolicy(tags, defaults)).toThrow(
      new ConfigError(
        'Tag BoxCleanerKeepCount is "all" and must be a whole number of images, 0 or more; ' +
          'Tag BoxCleanerKeepTags is "v/1" and must be prefixes of image tags, separated by spaces',
      ),
    );
  });
});
