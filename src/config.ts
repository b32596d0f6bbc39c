import { ConfigError } from "./errors.ts";
import { LOG_LEVELS, type LogLevel } from "./log.ts";
import type { Policy } from "./plan/retention.ts";

/**
 * How far evidence of use is looked for: `full`, or only as far as the original looks, whose policy is then enough
 * (no tasks, no pinned digests of services, no content of indexes).
 */
export type EvidenceDepth = "full" | "original";

/** What one run is to do. */
export interface Config {
  /** Decide and report, delete nothing. */
  readonly dryRun: boolean;
  /** The retention of repositories whose own tags say nothing else. */
  readonly defaultPolicy: Policy;
  readonly evidence: EvidenceDepth;
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
  readonly meaning: string;
  /** What holds when the variable is not set, or set to something that cannot be read. */
  readonly fallback: Value;
  /** The fallback in words, where it is no single value. */
  readonly fallbackText?: string;
  /** What the variable takes, to complete "must be …". */
  readonly expected: string;
  /** Whether the original has it too: there a wrong value is no reason not to run. */
  readonly isOriginal: boolean;
  /** `undefined` for a text that cannot be read. */
  readonly parse: (text: string) => Value | undefined;
}

const WHOLE_DAYS = "a whole number of days, 0 or more";

const DRY_RUN: Setting<boolean> = {
  name: "DRY_RUN",
  meaning: "decide and report, delete nothing; only exactly `false` turns it off",
  fallback: true,
  expected: "anything",
  isOriginal: true,
  parse: (text) => text !== "false",
};

const DEFAULT_KEEP_DAYS: Setting<number> = {
  name: "DEFAULT_KEEP_DAYS",
  meaning: "images pushed at most this many days ago stay",
  fallback: 30,
  expected: WHOLE_DAYS,
  isOriginal: true,
  parse: parseWholeNumber,
};

const BOX_LOG: Setting<LogLevel> = {
  name: "BOX_LOG",
  meaning: `log level: ${LOG_LEVELS.join(", ")}`,
  fallback: "INFO",
  expected: `one of ${LOG_LEVELS.join(", ")}`,
  isOriginal: true,
  parse: parseLogLevel,
};

const IN_USE_EVIDENCE: Setting<EvidenceDepth> = {
  name: "IN_USE_EVIDENCE",
  meaning: "`original` looks no further than the original does, whose policy is then enough",
  fallback: "full",
  expected: "full or original",
  isOriginal: false,
  parse: (text) => (text === "full" || text === "original" ? text : undefined),
};

const CONCURRENCY: Setting<number | undefined> = {
  name: "CONCURRENCY",
  meaning: "calls under way at once for each AWS service",
  fallback: undefined,
  fallbackText: "what fits each service",
  expected: "a whole number, 1 or more",
  isOriginal: false,
  parse: (text) => parseWholeNumber(text) || undefined,
};

/** Every environment variable that a run heeds, in the order in which people ask for them. */
export const SETTINGS = [
  DRY_RUN,
  DEFAULT_KEEP_DAYS,
  IN_USE_EVIDENCE,
  CONCURRENCY,
  BOX_LOG,
] as const;

/** The repository tag that overrides `DEFAULT_KEEP_DAYS`. */
const KEEP_DAYS_TAG = "BoxCleanerKeepDays";

/**
 * Reads the settings of a run; a wrong value of one that the original has is a warning, and its default holds.
 *
 * @throws ConfigError that lists every wrong value of the others
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): ParsedConfig {
  const warnings: string[] = [];
  const problems: string[] = [];
  const read = <Value>(setting: Setting<Value>): Value => {
    const { name, fallback, expected, isOriginal, parse } = setting;
    const text = env[name];
    if (text === undefined) return fallback;
    const value = parse(text);
    if (value !== undefined) return value;
    const problem = `${name} is "${text}" and must be ${expected}`;
    if (isOriginal) warnings.push(`${problem}; using ${String(fallback)}`);
    else problems.push(problem);
    return fallback;
  };

  const config = {
    dryRun: read(DRY_RUN),
    defaultPolicy: { keepDays: read(DEFAULT_KEEP_DAYS) },
    evidence: read(IN_USE_EVIDENCE),
  };
  const concurrency = read(CONCURRENCY);
  const logLevel = read(BOX_LOG);
  if (problems.length > 0) throw new ConfigError(problems.join("; "));
  return { config, concurrency, logLevel, warnings };
}

/** Digits and nothing else: `-1`, `1.5`, `7d` and the empty text are no whole numbers. */
function parseWholeNumber(text: string): number | undefined {
  return /^\d+$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : undefined;
}

function parseLogLevel(text: string): LogLevel | undefined {
  return LOG_LEVELS.find((level) => level === text.toUpperCase());
}

/**
 * Reads a repository's policy from its resource tags.
 *
 * @throws ConfigError for a wrong value: a typo must not shorten somebody's retention
 */
export function parsePolicy(tags: Readonly<Record<string, string>>, defaults: Policy): Policy {
  const text = tags[KEEP_DAYS_TAG];
  if (text === undefined) return defaults;
  const keepDays = parseWholeNumber(text);
  if (keepDays === undefined) {
    throw new ConfigError(`Tag ${KEEP_DAYS_TAG} is "${text}" and must be ${WHOLE_DAYS}`);
  }
  return { ...defaults, keepDays };
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
