import type { Repository } from "../registry/repository.ts";
import { count } from "../report/count.ts";
import type { Config } from "../settings/config.ts";
import { parsePolicy } from "../settings/policy.ts";
import { settings } from "../settings/settings.ts";

/** Up to which age a repository's images are kept, and what says so. */
export interface KeepDays {
  readonly days: number;
  /** The tag of the repository, or the setting. */
  readonly source: string;
}

/** Throws ConfigError if a tag of the repository is wrong: then it has no plan either. */
export function keepDaysOf({ tags }: Repository, { defaultPolicy }: Config): KeepDays {
  const { name, tag } = settings.keepDays;
  return {
    days: parsePolicy(tags, defaultPolicy).keepDays,
    source: tags[tag] === undefined ? name : `tag ${tag}`,
  };
}

/** A number of days in words. */
export function countDays(days: number): string {
  return count(days, "day", "days");
}
