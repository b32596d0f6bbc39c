import { describe, expect, test } from "vitest";

import { narrow, parseConfig, parsePolicy } from "../src/config.ts";
import { ConfigError } from "../src/errors.ts";

const { config } = parseConfig({});

describe("the settings", () => {
  test("default to a dry run that keeps 30 days", () => {
    expect(parseConfig({})).toEqual({
      config: { dryRun: true, defaultPolicy: { keepDays: 30 }, evidence: "full" },
      concurrency: undefined,
      logLevel: "INFO",
      warnings: [],
    });
  });

  test.for(["False", "FALSE", "0", "no", "", " false", "false ", "off", "true"])(
    "DRY_RUN=%j is still a dry run",
    (text) => {
      expect(parseConfig({ DRY_RUN: text }).config.dryRun).toBe(true);
    },
  );

  test("DRY_RUN=false deletes", () => {
    expect(parseConfig({ DRY_RUN: "false" }).config.dryRun).toBe(false);
  });

  test.for([
    { text: "0", keepDays: 0 },
    { text: "007", keepDays: 7 },
    { text: "365", keepDays: 365 },
    { text: "9".repeat(400), keepDays: Number.MAX_SAFE_INTEGER },
  ])("DEFAULT_KEEP_DAYS=$text keeps $keepDays days", ({ text, keepDays }) => {
    const parsed = parseConfig({ DEFAULT_KEEP_DAYS: text });
    expect(parsed.config.defaultPolicy).toEqual({ keepDays });
    expect(parsed.warnings).toEqual([]);
  });

  test.for(["", "-1", "+1", "1.5", "7d", "1e3", "0x10", " 7", "thirty", "７"])(
    "DEFAULT_KEEP_DAYS=%j is quoted in a warning and keeps 30 days",
    (text) => {
      const parsed = parseConfig({ DEFAULT_KEEP_DAYS: text });
      expect(parsed.config.defaultPolicy).toEqual({ keepDays: 30 });
      expect(parsed.warnings).toEqual([
        `DEFAULT_KEEP_DAYS is "${text}" and must be a whole number of days, 0 or more; using 30`,
      ]);
    },
  );

  test("IN_USE_EVIDENCE takes full and original", () => {
    for (const evidence of ["full", "original"]) {
      expect(parseConfig({ IN_USE_EVIDENCE: evidence }).config.evidence).toBe(evidence);
    }
  });

  test("CONCURRENCY takes a number of calls", () => {
    expect(parseConfig({ CONCURRENCY: "3" }).concurrency).toBe(3);
  });

  test("wrong values of settings that the original does not have are refused, all at once", () => {
    expect(() => parseConfig({ IN_USE_EVIDENCE: "Full", CONCURRENCY: "0" })).toThrow(
      new ConfigError(
        'IN_USE_EVIDENCE is "Full" and must be full or original; ' +
          'CONCURRENCY is "0" and must be a whole number, 1 or more',
      ),
    );
  });

  test("BOX_LOG takes a level in any case", () => {
    expect(parseConfig({ BOX_LOG: "debug" }).logLevel).toBe("DEBUG");
  });

  test("BOX_LOG with no level is quoted in a warning and INFO holds", () => {
    const { logLevel, warnings } = parseConfig({ BOX_LOG: "loud" });
    expect(logLevel).toBe("INFO");
    expect(warnings).toEqual([
      'BOX_LOG is "loud" and must be one of TRACE, DEBUG, INFO, WARN, ERROR, SILENT; using INFO',
    ]);
  });
});

describe("a repository's tags", () => {
  const defaults = { keepDays: 30 };

  test("without a policy of their own leave the default", () => {
    expect(parsePolicy({ BoxCleanerEnabled: "true" }, defaults)).toEqual(defaults);
  });

  test.for(["0", "1", "400"])("BoxCleanerKeepDays=%s overrides the default", (text) => {
    expect(parsePolicy({ BoxCleanerKeepDays: text }, defaults)).toEqual({ keepDays: Number(text) });
  });

  test.for(["", "-1", "1 year", "30 ", "3O"])("BoxCleanerKeepDays=%j is refused", (text) => {
    expect(() => parsePolicy({ BoxCleanerKeepDays: text }, defaults)).toThrow(
      new ConfigError(
        `Tag BoxCleanerKeepDays is "${text}" and must be a whole number of days, 0 or more`,
      ),
    );
  });
});

describe("an event", () => {
  const real = { ...config, dryRun: false };

  test.for([
    undefined,
    null,
    "anything",
    7,
    [],
    {},
    { key1: "value1", key2: "value2", key3: "value3" },
    {
      version: "0",
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: "123456789012",
      resources: ["arn:aws:events:eu-west-1:123456789012:rule/nightly"],
      detail: {},
    },
  ])("%j starts a run as configured", (event) => {
    expect(narrow(real, event)).toEqual(real);
    expect(narrow(config, event)).toEqual(config);
  });

  test.for([
    { event: { dryRun: true }, dryRun: true },
    { event: { dryRun: false }, dryRun: false },
  ])("$event makes a real run dry: $dryRun", ({ event, dryRun }) => {
    expect(narrow(real, event).dryRun).toBe(dryRun);
  });

  test("cannot make a dry run real", () => {
    expect(narrow(config, { dryRun: false }).dryRun).toBe(true);
  });

  test.for([[["shop/api", "shop/web"]], [[]]])("narrows the run to %j", ([repositories]) => {
    expect(narrow(config, { repositories }).repositories).toEqual(repositories);
  });

  test("with members of another type is refused with all of them quoted", () => {
    const event = { dryRun: "yes", repositories: ["shop/api", 7] };
    expect(() => narrow(real, event)).toThrow(
      new ConfigError(
        '"dryRun" in the event is "yes", neither true nor false; ' +
          '"repositories" in the event is ["shop/api",7], no list of repository names',
      ),
    );
  });
});
