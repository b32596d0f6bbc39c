import { describe, expect, test } from "vitest";

import { ConfigError } from "../../src/errors.ts";
import { parsePolicy } from "../../src/settings/policy.ts";

describe("a repository's tags", () => {
  const defaults = { keepDays: 30, keepCount: 5, keepTags: ["v"], keepPulledDays: 90 };

  test("without a policy of their own leave the default", () => {
    expect(parsePolicy({ BoxCleanerEnabled: "true" }, defaults)).toEqual(defaults);
  });

  test.for(["0", "1", "400"])("BoxCleanerKeepDays=%s overrides the default", (text) => {
    const policy = parsePolicy({ BoxCleanerKeepDays: text }, defaults);
    expect(policy).toEqual({ ...defaults, keepDays: Number(text) });
  });

  test("override each rule, and can turn it off", () => {
    const tags = {
      BoxCleanerKeepCount: "0",
      BoxCleanerKeepTags: "release- stable",
      BoxCleanerKeepPulledDays: "7",
    };
    expect(parsePolicy(tags, defaults)).toEqual({
      keepDays: 30,
      keepCount: 0,
      keepTags: ["release-", "stable"],
      keepPulledDays: 7,
    });
    const off = { BoxCleanerKeepTags: "", BoxCleanerKeepPulledDays: "" };
    expect(parsePolicy(off, defaults)).toMatchObject({ keepTags: [], keepPulledDays: undefined });
  });

  test.for(["", "-1", "1 year", "30 ", "3O"])("BoxCleanerKeepDays=%j is refused", (text) => {
    expect(() => parsePolicy({ BoxCleanerKeepDays: text }, defaults)).toThrow(
      new ConfigError(
        `Tag BoxCleanerKeepDays is "${text}" and must be a whole number of days, 0 or more`,
      ),
    );
  });

  test("that are wrong are refused, all at once", () => {
    const tags = { BoxCleanerKeepCount: "all", BoxCleanerKeepTags: "v/1" };
    expect(() => parsePolicy(tags, defaults)).toThrow(
      new ConfigError(
        'Tag BoxCleanerKeepCount is "all" and must be a whole number of images, 0 or more; ' +
          'Tag BoxCleanerKeepTags is "v/1" and must be prefixes of image tags, separated by spaces',
      ),
    );
  });
});
