import { describe, expect, test } from "vitest";

import {
  nearMissesOfEnvironment,
  nearMissesOfEvent,
  nearMissesOfTags,
} from "../../src/settings/near-misses.ts";
import { SETTINGS } from "../../src/settings/settings.ts";

describe("an environment variable", () => {
  test.for([
    { variable: "DRYRUN", meant: "DRY_RUN" },
    { variable: "dry_run", meant: "DRY_RUN" },
    { variable: "DEFAULT_KEEP_DAY", meant: "DEFAULT_KEEP_DAYS" },
    { variable: "default_keep_tags", meant: "DEFAULT_KEEP_TAGS" },
    { variable: "KEEP_DAYS", meant: "DEFAULT_KEEP_DAYS" },
    { variable: "MAX_DELETION", meant: "MAX_DELETIONS" },
    { variable: "MAX_DELETE_PERCNT", meant: "MAX_DELETE_PERCENT" },
  ])("$variable is refused in favour of $meant", ({ variable, meant }) => {
    expect(nearMissesOfEnvironment([variable])).toEqual([
      `"${variable}" is not a setting: did you mean ${meant}?`,
    ]);
  });

  test.for(["PATH", "AWS_REGION", "AWS_LAMBDA_FUNCTION_NAME", "NODE_OPTIONS", "DRY", "LOG"])(
    "%s is accepted",
    (variable) => {
      expect(nearMissesOfEnvironment([variable])).toEqual([]);
    },
  );

  test("of a setting is accepted", () => {
    expect(nearMissesOfEnvironment(SETTINGS.map(({ name }) => name))).toEqual([]);
  });
});

describe("a repository tag", () => {
  test.for([
    { tag: "BoxcleanerEnabled", help: "did you mean BoxCleanerEnabled?" },
    { tag: "boxcleanerkeeptags", help: "did you mean BoxCleanerKeepTags?" },
    { tag: "BoxCleanerKeepDay", help: "did you mean BoxCleanerKeepDays?" },
    { tag: "box-cleaner-keep-count", help: "did you mean BoxCleanerKeepCount?" },
    { tag: "BoxCleanerOwner", help: "there are BoxCleanerEnabled, BoxCleanerKeepDays, " },
  ])("$tag is refused: $help", ({ tag, help }) => {
    const found = nearMissesOfTags([tag]);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`Tag "${tag}" is not known: ${help}`);
  });

  test.for(["BoxCleanerEnabled", "BoxCleanerKeepCount", "team", "Cleaner"])(
    "%s is accepted",
    (tag) => {
      expect(nearMissesOfTags([tag])).toEqual([]);
    },
  );
});

describe("an event", () => {
  const misplaced = (path: string, meant: string) =>
    `"${path}" in the event is not known: did you mean "${meant}", at the top of the event?`;

  test.for([
    { event: { dryrun: true }, found: misplaced("dryrun", "dryRun") },
    { event: { DRY_RUN: "true" }, found: misplaced("DRY_RUN", "dryRun") },
    { event: { repository: ["app"] }, found: misplaced("repository", "repositories") },
    { event: { repositoris: ["app"] }, found: misplaced("repositoris", "repositories") },
    { event: { detail: { dryRun: true } }, found: misplaced("detail.dryRun", "dryRun") },
    {
      event: { detail: { input: { repositories: [] } } },
      found: misplaced("detail.input.repositories", "repositories"),
    },
    {
      event: '{"dryRun":true}',
      found: String.raw`The event is the text "{\"dryRun\":true}": send a JSON object`,
    },
  ])("$event is refused", ({ event, found }) => {
    expect(nearMissesOfEvent(event)).toEqual([found]);
  });

  test.for([
    { dryRun: true, repositories: ["app"] },
    { source: "aws.events", detail: {} },
    { a: { b: { c: { dryRun: true } } } },
    ["dryRun"],
    "hello",
    null,
  ])("%j is accepted", (event) => {
    expect(nearMissesOfEvent(event)).toEqual([]);
  });
});
