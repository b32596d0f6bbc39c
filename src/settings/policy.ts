import { ConfigError } from "../errors.ts";
import type { Policy } from "../plan/retention.ts";
import { nearMissesOfTags } from "./near-misses.ts";
import { type Setting, settings } from "./settings.ts";

/**
 * Reads a repository's policy from its resource tags.
 *
 * @throws ConfigError that lists every wrong value and every tag that is nearly one of ours: a typo must not make a
 *   repository keep less
 */
export function parsePolicy(tags: Readonly<Record<string, string>>, defaults: Policy): Policy {
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

  const policy: Policy = {
    keepDays: read(settings.keepDays, defaults.keepDays),
    keepCount: read(settings.keepCount, defaults.keepCount),
    keepTags: read<readonly string[]>(settings.keepTags, defaults.keepTags),
    keepPulledDays: read(settings.keepPulledDays, defaults.keepPulledDays),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return policy;
}
