import { ConfigError } from "../errors.ts";
import type { Policy } from "../plan/retention.ts";
import { nearMissesOfTags } from "./near-misses.ts";
import { type Setting, settings } from "./settings.ts";

/** The rules of one repository. */
export interface RepositoryPolicy extends Policy {
  /** Whether the run skips the repository if an account may pull from it that the run does not read. */
  readonly unseenPullers: "skip" | "ignore";
}

/**
 * Reads a repository's policy from its resource tags.
 *
 * @throws ConfigError that lists every wrong value and every tag that is nearly one of ours: a typo must not make a
 *   repository keep less
 */
export function parsePolicy(
  tags: Readonly<Record<string, string>>,
  defaults: RepositoryPolicy,
): RepositoryPolicy {
  const problems = nearMissesOfTags(Object.keys(tags));
  const read = <Value>(setting: Setting<Value> & { tag: string }, byDefault: Value) => {
    const { tag, format, tagFormat = format } = setting;
    const text = tags[tag];
    if (text === undefined) return byDefault;
    const parsed = tagFormat.parse(text);
    if (parsed !== undefined) return parsed.value;
    problems.push(`Tag ${tag} is "${text}" and must be ${tagFormat.expected}`);
    return byDefault;
  };

  const policy: RepositoryPolicy = {
    keepDays: read(settings.keepDays, defaults.keepDays),
    keepCount: read(settings.keepCount, defaults.keepCount),
    keepTags: read<readonly string[]>(settings.keepTags, defaults.keepTags),
    keepPulledDays: read(settings.keepPulledDays, defaults.keepPulledDays),
    keepUsedDays: read(settings.keepUsedDays, defaults.keepUsedDays),
    unseenPullers: read(settings.unseenPullers, defaults.unseenPullers),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return policy;
}
