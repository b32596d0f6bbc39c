import { describe, expect, test } from "vitest";

import { ConfigError } from "../../src/errors.ts";
import { SOURCE_IDS } from "../../src/in-use/sources/index.ts";
import { parseConfig } from "../../src/settings/config.ts";
import { SETTINGS } from "../../src/settings/settings.ts";

describe("parseConfig", () => {
  test("makes a dry run that keeps images for 30 days by default", () => {
    expect(parseConfig({})).toEqual({
      config: {
        dryRun: true,
        defaultPolicy: {
          keepDays: 30,
          keepCount: 0,
          keepTags: [],
          keepPulledDays: undefined,
          keepUsedDays: undefined,
          unseenPullers: "skip",
        },
        guardRails: { maxDeletePercent: 100, maxDeletions: undefined, allowEmptyInUse: false },
        evidence: "full",
        sources: SOURCE_IDS,
        scopes: { accounts: [], regions: [], role: "ecr-cleaner-evidence", externalId: undefined },
        lists: { locations: [], maxHours: 48 },
        keepTaskDefinitions: 1,
        store: undefined,
        notifyTopic: undefined,
        pricePerGBMonth: 0.1,
      },
      concurrency: undefined,
      logLevel: "INFO",
      warnings: [],
    });
  });

  test("takes the original's sources if IN_USE_EVIDENCE is original", () => {
    expect(parseConfig({ IN_USE_EVIDENCE: "original" }).config.sources).toEqual([
      "ecs",
      "lambda",
      "app-runner",
    ]);
  });

  test("refuses to read other sources than the original's if IN_USE_EVIDENCE is original", () => {
    const env = { IN_USE_EVIDENCE: "original", IN_USE_SOURCES: "ecs scheduler" };
    expect(() => parseConfig(env)).toThrow(
      "IN_USE_SOURCES names scheduler, which IN_USE_EVIDENCE=original does not read",
    );
  });

  test.for([
    {
      env: {
        IN_USE_ACCOUNTS: "222222222222, 333333333333",
        IN_USE_REGIONS: " us-east-1 eu-isoe-west-1",
      },
      scopes: {
        accounts: ["222222222222", "333333333333"],
        regions: ["us-east-1", "eu-isoe-west-1"],
      },
    },
    {
      env: { IN_USE_ACCOUNTS: "Organization", IN_USE_REGIONS: "ALL" },
      scopes: { accounts: "organization", regions: "all" },
    },
  ])("reads the accounts and Regions of $env", ({ env, scopes }) => {
    expect(parseConfig(env).config.scopes).toMatchObject(scopes);
  });

  test.for([
    { IN_USE_ACCOUNTS: "22222222222" },
    { IN_USE_ACCOUNTS: "organization 222222222222" },
    { IN_USE_ACCOUNTS: "all" },
    { IN_USE_REGIONS: "us-east" },
    { IN_USE_REGIONS: "EU-WEST-1" },
    { IN_USE_REGIONS: "all eu-west-1" },
    { IN_USE_ROLE: "" },
    { IN_USE_ROLE: "arn:aws:iam::222222222222:role/evidence" },
    { IN_USE_EXTERNAL_ID: "x" },
    { UNSEEN_PULLERS: "keep" },
  ])("refuses %j", (env) => {
    const [name, value] = Object.entries(env)[0] ?? [];
    expect(() => parseConfig(env)).toThrow(`${name} is "${value}" and must be `);
  });

  test.for(["IN_USE_ACCOUNTS", "IN_USE_REGIONS"])(
    "refuses %s if IN_USE_EVIDENCE is original, which reads one account in one Region",
    (name) => {
      const value = name === "IN_USE_ACCOUNTS" ? "organization" : "all";
      expect(() => parseConfig({ IN_USE_EVIDENCE: "original", [name]: value })).toThrow(
        `${name} names what IN_USE_EVIDENCE=original does not read: leave one of the two out`,
      );
    },
  );

  test("reads every setting from the environment", () => {
    const parsed = parseConfig({
      DRY_RUN: "false",
      DEFAULT_KEEP_DAYS: "1",
      DEFAULT_KEEP_COUNT: "2",
      DEFAULT_KEEP_TAGS: "  v release-\tstable *-prod v1.? ",
      DEFAULT_KEEP_PULLED_DAYS: "3",
      MAX_DELETE_PERCENT: "40",
      MAX_DELETIONS: "5",
      ALLOW_EMPTY_IN_USE: "TRUE",
      IN_USE_EVIDENCE: "original",
      IN_USE_SOURCES: "lambda, ECS",
      IN_USE_ROLE: "cleaners/evidence",
      IN_USE_EXTERNAL_ID: "ours",
      IN_USE_LISTS_MAX_HOURS: "24",
      UNSEEN_PULLERS: "Ignore",
      STORE: "s3://memories/cleaner/",
      NOTIFY_TOPIC_ARN: "arn:aws:sns:eu-west-1:123456789012:cleaner",
      KEEP_TASK_DEFINITIONS: "3",
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
          keepTags: ["v", "release-", "stable", "*-prod", "v1.?"],
          keepPulledDays: 3,
          keepUsedDays: undefined,
          unseenPullers: "ignore",
        },
        guardRails: { maxDeletePercent: 40, maxDeletions: 5, allowEmptyInUse: true },
        evidence: "original",
        sources: ["ecs", "lambda"],
        scopes: { accounts: [], regions: [], role: "cleaners/evidence", externalId: "ours" },
        lists: { locations: [], maxHours: 24 },
        keepTaskDefinitions: 3,
        store: { bucket: "memories", prefix: "cleaner" },
        notifyTopic: "arn:aws:sns:eu-west-1:123456789012:cleaner",
        pricePerGBMonth: 0.6,
      },
      concurrency: 7,
      logLevel: "WARN",
      warnings: [],
    });
  });

  test("takes the default of each setting as a value", () => {
    const env = Object.fromEntries(SETTINGS.map(({ name, fallback }) => [name, fallback]));
    expect(parseConfig(env)).toEqual(parseConfig({}));
  });

  test("refuses wrong values of settings that the original does not have, and quotes all of them", () => {
    const wrong = {
      DEFAULT_KEEP_COUNT: "-1",
      DEFAULT_KEEP_TAGS: "v/*",
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
          'DEFAULT_KEEP_TAGS is "v/*" and must be prefixes of image tags, or whole tags with * and ?, separated by spaces',
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

  test("quotes a wrong BOX_LOG in a warning and uses INFO", () => {
    const { logLevel, warnings } = parseConfig({ BOX_LOG: "loud" });
    expect(logLevel).toBe("INFO");
    expect(warnings).toEqual([
      'BOX_LOG is "loud" and must be one of TRACE, DEBUG, INFO, WARN, ERROR, SILENT; using INFO',
    ]);
  });
});
