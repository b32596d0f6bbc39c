import { ConfigError } from "../errors.ts";
import { LOG_LEVELS, type LogLevel } from "../log.ts";
import type { Policy } from "../plan/retention.ts";
import {
  type Format,
  amount,
  oneOf,
  optional,
  percentage,
  tagPrefixes,
  unless,
  wholeNumber,
} from "./formats.ts";

/**
 * How far evidence of use is looked for: `full`, or only as far as the original looks, whose policy is then enough
 * (no tasks, no pinned digests of services, no content of indexes).
 */
export type EvidenceDepth = "full" | "original";

/** What keeps a mistake from deleting much. */
interface GuardRails {
  /** Percent; a repository of whose images more would go is skipped. */
  readonly maxDeletePercent: number;
  /** The most images that one run deletes; no limit if missing. */
  readonly maxDeletions: number | undefined;
  /** Whether a run may delete though nothing at all was found to be in use. */
  readonly allowEmptyInUse: boolean;
}

/** What one run is to do. */
export interface Config {
  /** Decide and report, delete nothing. */
  readonly dryRun: boolean;
  /** The retention of repositories whose own tags say nothing else. */
  readonly defaultPolicy: Policy;
  readonly guardRails: GuardRails;
  readonly evidence: EvidenceDepth;
  /** US dollars for storing a GB (10^9 bytes) for a month. */
  readonly pricePerGBMonth: number;
  /** The only repositories to clean; all enabled ones if missing. */
  readonly repositories?: readonly string[];
}

/** A Config, and what was wrong with the settings but did not keep the run from starting. */
export interface ParsedConfig {
  readonly config: Config;
  /** Calls under way at once for each AWS service; what fits the service if missing. */
  readonly concurrency: number | undefined;
  readonly logLevel: LogLevel;
  readonly warnings: readonly string[];
}

/** An environment variable that a run heeds. */
interface Setting<Value> {
  readonly name: string;
  readonly format: Format<Value>;
  /** What holds when the variable is not set, written as it would be set. */
  readonly fallback: string;
  readonly meaning: string;
  /** The repository tag that overrides it, for one repository. */
  readonly tag?: string;
  /** Whether the original has it too: then a wrong value is no reason not to run. */
  readonly isOriginal?: true;
}

const settings = {
  dryRun: {
    name: "DRY_RUN",
    format: unless("false"),
    fallback: "true",
    meaning: "decide and report, delete nothing; only exactly `false` turns it off",
    isOriginal: true,
  },
  keepDays: {
    name: "DEFAULT_KEEP_DAYS",
    format: wholeNumber("days"),
    fallback: "30",
    meaning: "images pushed at most this many days ago stay",
    tag: "BoxCleanerKeepDays",
    isOriginal: true,
  },
  keepCount: {
    name: "DEFAULT_KEEP_COUNT",
    format: wholeNumber("images"),
    fallback: "0",
    meaning: "the newest so many tagged images of a repository stay, whatever their age",
    tag: "BoxCleanerKeepCount",
  },
  keepTags: {
    name: "DEFAULT_KEEP_TAGS",
    format: tagPrefixes,
    fallback: "",
    meaning: "images with a tag that begins with one of these stay; prefixes, by space",
    tag: "BoxCleanerKeepTags",
  },
  keepPulledDays: {
    name: "DEFAULT_KEEP_PULLED_DAYS",
    format: optional(wholeNumber("days")),
    fallback: "",
    meaning: "images pulled at most this many days ago stay; empty turns it off",
    tag: "BoxCleanerKeepPulledDays",
  },
  maxDeletePercent: {
    name: "MAX_DELETE_PERCENT",
    format: percentage,
    fallback: "100",
    meaning: "a repository of whose images a larger share would go is skipped",
  },
  maxDeletions: {
    name: "MAX_DELETIONS",
    format: optional(wholeNumber("images")),
    fallback: "",
    meaning: "a run stops deleting after so many images; empty for no limit",
  },
  allowEmptyInUse: {
    name: "ALLOW_EMPTY_IN_USE",
    format: oneOf("true", "false"),
    fallback: "false",
    meaning: "`true` lets a run delete though nothing at all was found to be in use",
  },
  evidence: {
    name: "IN_USE_EVIDENCE",
    format: oneOf("full", "original"),
    fallback: "full",
    meaning: "`original` looks no further than the original does, whose policy is then enough",
  },
  pricePerGBMonth: {
    name: "STORAGE_PRICE_PER_GB_MONTH",
    format: amount,
    fallback: "0.10",
    meaning: "US dollars for storing a GB for a month, for the reports",
  },
  concurrency: {
    name: "CONCURRENCY",
    format: optional(wholeNumber("calls", 1)),
    fallback: "",
    meaning: "calls under way at once for each AWS service; empty for what fits each",
  },
  logLevel: {
    name: "BOX_LOG",
    format: oneOf(...LOG_LEVELS),
    fallback: "INFO",
    meaning: `log level: ${LOG_LEVELS.join(", ")}`,
    isOriginal: true,
  },
} satisfies Readonly<Record<string, Setting<unknown>>>;

/** Every environment variable that a run heeds, in the order in which people ask for them. */
export const SETTINGS: readonly Setting<unknown>[] = Object.values(settings);

/**
 * Reads the settings of a run; a wrong value of one that the original has is a warning, and its default holds.
 *
 * @throws ConfigError that lists every wrong value of the others
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): ParsedConfig {
  const warnings: string[] = [];
  const problems: string[] = [];
  const read = <Value>({ name, format, fallback, isOriginal }: Setting<Value>): Value => {
    const text = env[name] ?? fallback;
    const parsed = format.parse(text);
    if (parsed !== undefined) return parsed.value;
    const problem = `${name} is "${text}" and must be ${format.expected}`;
    if (isOriginal) warnings.push(`${problem}; using ${fallback}`);
    else problems.push(problem);
    return parseFallback(format, fallback);
  };

  const config: Config = {
    dryRun: read(settings.dryRun),
    defaultPolicy: {
      keepDays: read(settings.keepDays),
      keepCount: read(settings.keepCount),
      keepTags: read(settings.keepTags),
      keepPulledDays: read(settings.keepPulledDays),
    },
    guardRails: {
      maxDeletePercent: read(settings.maxDeletePercent),
      maxDeletions: read(settings.maxDeletions),
      allowEmptyInUse: read(settings.allowEmptyInUse) === "true",
    },
    evidence: read(settings.evidence),
    pricePerGBMonth: read(settings.pricePerGBMonth),
  };
  const concurrency = read(settings.concurrency);
  const logLevel = read(settings.logLevel);
  if (problems.length > 0) throw new ConfigError(problems.join("; "));
  return { config, concurrency, logLevel, warnings };
}

function parseFallback<Value>(format: Format<Value>, fallback: string): Value {
  const parsed = format.parse(fallback);
  if (parsed === undefined) throw new Error(`"${fallback}" is no ${format.expected}`);
  return parsed.value;
}

/**
 * Reads a repository's policy from its resource tags.
 *
 * @throws ConfigError that lists every wrong value: a typo must not shorten somebody's retention
 */
export function parsePolicy(tags: Readonly<Record<string, string>>, defaults: Policy): Policy {
  const problems: string[] = [];
  const read = <Value>({ tag, format }: Setting<Value> & { tag: string }, byDefault: Value) => {
    const text = tags[tag];
    if (text === undefined) return byDefault;
    const parsed = format.parse(text);
    if (parsed !== undefined) return parsed.value;
    problems.push(`Tag ${tag} is "${text}" and must be ${format.expected}`);
    return byDefault;
  };

  const policy: Policy = {
    keepDays: read(settings.keepDays, defaults.keepDays),
    keepCount: read(settings.keepCount, defaults.keepCount),
    keepTags: read<readonly string[]>(settings.keepTags, defaults.keepTags),
    keepPulledDays: read(settings.keepPulledDays, defaults.keepPulledDays),
  };
  if (problems.length > 0) throw new ConfigError(problems.join("; "));
  return policy;
}

/**
 * Narrows a run to what the event that started it asks for: `dryRun: true` and `repositories: [names]`. Anything
 * else in an event, of whatever kind, is passed over, and no event can widen a run.
 *
 * @throws ConfigError if one of the two is there but of another type: guessing could delete more than was meant
 */
export function narrow(config: Config, event: unknown): Config {
  if (typeof event !== "object" || event === null) return config;
  const { dryRun, repositories } = event as { dryRun?: unknown; repositories?: unknown };

  const problems: string[] = [];
  if (dryRun !== undefined && typeof dryRun !== "boolean") {
    problems.push(`"dryRun" in the event is ${JSON.stringify(dryRun)}, neither true nor false`);
  }
  if (repositories !== undefined && !isListOfNames(repositories)) {
    problems.push(
      `"repositories" in the event is ${JSON.stringify(repositories)}, no list of repository names`,
    );
  }
  if (problems.length > 0) throw new ConfigError(problems.join("; "));

  return {
    ...config,
    dryRun: config.dryRun || dryRun === true,
    ...(isListOfNames(repositories) && { repositories }),
  };
}

function isListOfNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}
