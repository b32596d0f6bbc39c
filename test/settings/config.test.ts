import { describe, expect, test } from "vitest";

import { ConfigError } from "../../src/errors.ts";
import { SOURCE_IDS } from "../../src/in-use/sources/index.ts";
import { parseConfig } from "../../src/settings/config.ts";
import { narrow } from "../../src/settings/event.ts";
import { parsePolicy } from "../../src/settings/policy.ts";
import { SETTINGS } from "../../src/settings/settings.ts";

const { config } = parseConfig({});

describe("the settings", () => {
  test("default to a dry run that keeps 30 days, and nothing else", () => {
    expect(parseConfig({})).toEqual({
      config: {
        dryRun: true,
        defaultPolicy: { keepDays: 30, keepCount: 0, keepTags: [], keepPulledDays: undefined },
        guardRails: { maxDeletePercent: 100, maxDeletions: undefined, allowEmptyInUse: false },
        evidence: "full",
        sources: SOURCE_IDS,
        pricePerGBMonth: 0.1,
      },
      concurrency: undefined,
      logLevel: "INFO",
      warnings: [],
    });
  });

  test("with original evidence, all sources are those that the original has", () => {
    expect(parseConfig({ IN_USE_EVIDENCE: "original" }).config.sources).toEqual([
      "ecs",
      "lambda",
      "app-runner",
    ]);
  });

  test("that ask for original evidence of other sources are refused", () => {
    const env = { IN_USE_EVIDENCE: "original", IN_USE_SOURCES: "ecs scheduler" };
    expect(() => parseConfig(env)).toThrow(
      "IN_USE_SOURCES names scheduler, which IN_USE_EVIDENCE=original does not read",
    );
  });

  test("are all taken from the environment", () => {
    const parsed = parseConfig({
      DRY_RUN: "false",
      DEFAULT_KEEP_DAYS: "1",
      DEFAULT_KEEP_COUNT: "2",
      DEFAULT_KEEP_TAGS: "  v release-\tstable ",
      DEFAULT_KEEP_PULLED_DAYS: "3",
      MAX_DELETE_PERCENT: "40",
      MAX_DELETIONS: "5",
      ALLOW_EMPTY_IN_USE: "TRUE",
      IN_USE_EVIDENCE: "original",
      IN_USE_SOURCES: "lambda, ECS",
      STORAGE_PRICE_PER_GB_MONTH: "0.6",
      CONCURRENCY: "7",
      BOX_LOG: "warn",
    });
    expect(parsed).toEqual({
      config: {
        dryRun: false,
        defaultPolicy: {
          keepDays: 1,
          keepCount: 2,
          keepTags: ["v", "release-", "stable"],
          keepPulledDays: 3,
        },
        guardRails: { maxDeletePercent: 40, maxDeletions: 5, allowEmptyInUse: true },
        evidence: "original",
        sources: ["ecs", "lambda"],
        pricePerGBMonth: 0.6,
      },
      concurrency: 7,
      logLevel: "WARN",
      warnings: [],
    });
  });

  test("take what their own defaults say", () => {
    const env = Object.fromEntries(SETTINGS.map(({ name, fallback }) => [name, fallback]));
    expect(parseConfig(env)).toEqual(parseConfig({}));
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
    expect(parsed.config.defaultPolicy.keepDays).toBe(keepDays);
    expect(parsed.warnings).toEqual([]);
  });

  test.for(["", "-1", "+1", "1.5", "7d", "1e3", "0x10", " 7", "thirty", "７"])(
    "DEFAULT_KEEP_DAYS=%j is quoted in a warning and keeps 30 days",
    (text) => {
      const parsed = parseConfig({ DEFAULT_KEEP_DAYS: text });
      expect(parsed.config.defaultPolicy.keepDays).toBe(30);
      expect(parsed.warnings).toEqual([
        `DEFAULT_KEEP_DAYS is "${text}" and must be a whole number of days, 0 or more; using 30`,
      ]);
    },
  );

  test("wrong values of settings that the original does not have are refused, all at once", () => {
    const wrong = {
      DEFAULT_KEEP_COUNT: "-1",
      DEFAULT_KEEP_TAGS: "v*",
      DEFAULT_KEEP_PULLED_DAYS: "week",
      MAX_DELETE_PERCENT: "101",
      MAX_DELETIONS: "many",
      ALLOW_EMPTY_IN_USE: "yes",
      IN_USE_EVIDENCE: "half",
      STORAGE_PRICE_PER_GB_MONTH: "$0.10",
      CONCURRENCY: "0",
    };
    expect(() => parseConfig(wrong)).toThrow(
      new ConfigError(
        [
          'DEFAULT_KEEP_COUNT is "-1" and must be a whole number of images, 0 or more',
          'DEFAULT_KEEP_TAGS is "v*" and must be prefixes of image tags, separated by spaces',
          'DEFAULT_KEEP_PULLED_DAYS is "week" and must be a whole number of days, 0 or more, or empty',
          'MAX_DELETE_PERCENT is "101" and must be a whole number from 0 to 100',
          'MAX_DELETIONS is "many" and must be a whole number of images, 0 or more, or empty',
          'ALLOW_EMPTY_IN_USE is "yes" and must be one of true, false',
          'IN_USE_EVIDENCE is "half" and must be one of full, original',
          'STORAGE_PRICE_PER_GB_MONTH is "$0.10" and must be a number such as 0.10, 0 or more',
          'CONCURRENCY is "0" and must be a whole number of calls, 1 or more, or empty',
        ].join("; "),
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
