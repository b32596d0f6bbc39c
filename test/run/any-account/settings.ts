import fc from "fast-check";

import type { Settings } from "./oracle/settings.ts";
import { OTHER_ACCOUNT, OTHER_REGION, THIRD_ACCOUNT } from "./places.ts";
import { sometimes } from "./references.ts";

/** Variables that a run may have, each of them now and then. */
const rules = fc.record({
  DEFAULT_KEEP_DAYS: sometimes(undefined, fc.constantFrom("0", "60"), 12),
  DEFAULT_KEEP_COUNT: sometimes(undefined, fc.constantFrom("1", "2"), 12),
  DEFAULT_KEEP_TAGS: sometimes(
    undefined,
    fc.constantFrom("release-", "v2 latest", "v? *-2", "*est"),
    12,
  ),
  DEFAULT_KEEP_PULLED_DAYS: sometimes(undefined, fc.constantFrom("0", "7"), 8),
  MAX_DELETE_PERCENT: sometimes(undefined, fc.constantFrom("50", "0", "75"), 12),
  MAX_DELETIONS: sometimes(undefined, fc.constantFrom("1", "0", "3"), 12),
  ALLOW_EMPTY_IN_USE: sometimes("true", fc.constant("false"), 12),
  KEEP_TASK_DEFINITIONS: sometimes(undefined, fc.constantFrom("0", "1", "2"), 3),
  UNSEEN_PULLERS: sometimes(undefined, fc.constantFrom("skip", "ignore")),
});

const ORIGINAL_SOURCES = ["ecs", "lambda", "app-runner"];
/** The ids of all sources of evidence, as in `IN_USE_SOURCES`. */
export const SOURCES = [
  ...ORIGINAL_SOURCES,
  "ecs-daemons",
  "eventbridge",
  "scheduler",
  "pipes",
  "step-functions",
  "batch",
  "sagemaker",
  "codebuild",
  "agentcore",
  "eks",
];

/** Some of the sources of evidence, in any order. */
const someOf = (sources: string[]) =>
  fc.shuffledSubarray(sources, { minLength: 1 }).map((ids) => ids.join(" "));

/** What a run reads: everything, or less. Only sources of the original go with its evidence. */
const evidence = fc.oneof(
  { weight: 8, arbitrary: fc.record({}) },
  { weight: 1, arbitrary: fc.record({ IN_USE_SOURCES: someOf(SOURCES) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      IN_USE_EVIDENCE: fc.constant("original"),
      IN_USE_SOURCES: sometimes(undefined, someOf(ORIGINAL_SOURCES), 2),
    }),
  },
);

/** Where a run reads beside home: nothing, some accounts and Regions, or all. */
export const scopes = fc.record({
  IN_USE_ACCOUNTS: fc.constantFrom(
    undefined,
    OTHER_ACCOUNT,
    OTHER_ACCOUNT,
    `${OTHER_ACCOUNT} ${THIRD_ACCOUNT}`,
    "organization",
  ),
  IN_USE_REGIONS: fc.constantFrom(undefined, OTHER_REGION, "all"),
});
/** Home alone. */
export const noScopes: typeof scopes = fc.constant({
  IN_USE_ACCOUNTS: undefined,
  IN_USE_REGIONS: undefined,
});

/** The settings of a run. The original's evidence is that of home, so nothing else may be named beside it. */
export const settings = (drawnScopes: typeof scopes) =>
  fc.tuple(rules, evidence, drawnScopes).map(([drawnRules, sources, places]): Settings =>
    Object.fromEntries(
      Object.entries({
        ...drawnRules,
        ...sources,
        ...("IN_USE_EVIDENCE" in sources ? {} : places),
      }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
  );
