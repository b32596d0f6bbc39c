import fc from "fast-check";

import type { Settings } from "./oracle/settings.ts";
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
  DEFAULT_KEEP_PULLED_DAYS: sometimes(undefined, fc.constantFrom("0", "7"), 12),
  MAX_DELETE_PERCENT: sometimes(undefined, fc.constantFrom("50", "0", "75"), 12),
  MAX_DELETIONS: sometimes(undefined, fc.constantFrom("1", "0", "3"), 12),
  ALLOW_EMPTY_IN_USE: sometimes("true", fc.constant("false"), 12),
  KEEP_TASK_DEFINITIONS: sometimes(undefined, fc.constantFrom("0", "1", "2"), 3),
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

/** The settings of a run. */
export const settings = fc
  .tuple(rules, evidence)
  .map(([drawnRules, sources]): Settings =>
    Object.fromEntries(
      Object.entries({ ...drawnRules, ...sources }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    ),
  );
