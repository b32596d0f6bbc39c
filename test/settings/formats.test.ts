import { describe, expect, test } from "vitest";

import { parseConfig } from "../../src/settings/config.ts";

describe("the format of settings:", () => {
  test.for(["False", "FALSE", "0", "no", "", " false", "false ", "off", "true"])(
    "DRY_RUN=%j makes a dry run",
    (text) => {
      expect(parseConfig({ DRY_RUN: text }).config.dryRun).toBe(true);
    },
  );

  test("DRY_RUN=false makes a real run", () => {
    expect(parseConfig({ DRY_RUN: "false" }).config.dryRun).toBe(false);
  });

  test.for([
    { text: "0", keepDays: 0 },
    { text: "007", keepDays: 7 },
    { text: "365", keepDays: 365 },
    { text: "9".repeat(400), keepDays: Number.MAX_SAFE_INTEGER },
  ])("DEFAULT_KEEP_DAYS=$text keeps $keepDays days", ({ text, keepDays }) => {
    const parsed = parseConfig({ DEFAULT_KEEP_DAYS: text });
    expect(parsed.config.defaultPolicy.keepDays).toBe(keepDays);
    expect(parsed.warnings).toEqual([]);
  });

  test.for(["", "-1", "+1", "1.5", "7d", "1e3", "0x10", " 7", "thirty", "７"])(
    "DEFAULT_KEEP_DAYS=%j keeps 30 days, and a warning quotes the value",
    (text) => {
      const parsed = parseConfig({ DEFAULT_KEEP_DAYS: text });
      expect(parsed.config.defaultPolicy.keepDays).toBe(30);
      expect(parsed.warnings).toEqual([
        `DEFAULT_KEEP_DAYS is "${text}" and must be a whole number of days, 0 or more; using 30`,
      ]);
    },
  );

  test("BOX_LOG takes a level in any case", () => {
    expect(parseConfig({ BOX_LOG: "debug" }).logLevel).toBe("DEBUG");
  });
});
