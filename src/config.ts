import { ConfigError } from "./errors.ts";
import { LOG_LEVELS, type LogLevel } from "./log.ts";
import type { Policy } from "./plan/retention.ts";

/** What one run is to do. */
export interface Config {
  /** Decide and report, delete nothing. */
  readonly dryRun: boolean;
  /** The retention of repositories whose own tags say nothing else. */
  readonly defaultPolicy: Policy;
  /** The only repositories to clean; all enabled ones if missing. */
  readonly repositories?: readonly string[];
}

/** A Config, and what was wrong with the settings but did not keep the run from starting. */
export interface ParsedConfig {
  readonly config: Config;
  readonly logLevel: LogLevel;
  readonly warnings: readonly string[];
}

/** An environment variable that a run heeds. */
interface Setting<Value> {
  readonly name: string;
  readonly meaning: string;
  /** What holds when the variable is not set, or set to something that cannot be read. */
  readonly fallback: Value;
  /** What the variable takes, to complete "must be …". */
  readonly expected: string;
  /** `undefined` for a text that cannot be read. */
  readonly parse: (text: string) => Value | undefined;
}

const WHOLE_DAYS = "a whole number of days, 0 or more";

const DRY_RUN: Setting<boolean> = {
  name: "DRY_RUN",
  meaning: "decide and report, delete nothing; only exactly `false` turns it off",
  fallback: true,
  expected: "anything",
  parse: (text) => text !== "false",
};

const DEFAULT_KEEP_DAYS: Setting<number> = {
  name: "DEFAULT_KEEP_DAYS",
  meaning: "images pushed at most this many days ago stay",
  fallback: 30,
  expected: WHOLE_DAYS,
  parse: parseWholeNumber,
};

const BOX_LOG: Setting<LogLevel> = {
  name: "BOX_LOG",
  meaning: `log level: ${LOG_LEVELS.join(", ")}`,
  fallback: "INFO",
  expected: `one of ${LOG_LEVELS.join(", ")}`,
  parse: parseLogLevel,
};

/** Every environment variable that a run heeds, in the order in which people ask for them. */
export const SETTINGS = [DRY_RUN, DEFAULT_KEEP_DAYS, BOX_LOG] as const;

/** The repository tag that overrides `DEFAULT_KEEP_DAYS`. */
const KEEP_DAYS_TAG = "BoxCleanerKeepDays";

/** Reads the settings of a run; a wrong value of one that the original has is a warning, and its default holds. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): ParsedConfig {
  const warnings: string[] = [];
  const read = <Value>({ name, fallback, expected, parse }: Setting<Value>): Value => {
    const text = env[name];
    if (text === undefined) return fallback;
    const value = parse(text);
    if (value === undefined)
      warnings.push(`${name} is "${text}" and must be ${expected}; using ${String(fallback)}`);
    return value ?? fallback;
  };

  const config = { dryRun: read(DRY_RUN), defaultPolicy: { keepDays: read(DEFAULT_KEEP_DAYS) } };
  return { config, logLevel: read(BOX_LOG), warnings };
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
