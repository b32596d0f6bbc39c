import type { Environment } from "../environment.ts";
import { ConfigError } from "../errors.ts";
import type { ListSettings } from "../in-use/lists/lists.ts";
import type { ScopeSettings } from "../in-use/scopes/scopes.ts";
import type { EvidenceDepth } from "../in-use/sources/source.ts";
import { ORIGINAL_SOURCE_IDS, SOURCE_IDS } from "../in-use/sources/index.ts";
import type { LogLevel } from "./log-levels.ts";
import type { StoreLocation } from "../store/location.ts";
import { nearMissesOfEnvironment } from "./near-misses.ts";
import type { RepositoryPolicy } from "./policy.ts";
import { type Setting, settings } from "./settings.ts";

/** Limits that keep a mistake from deleting much. */
interface GuardRails {
  /** Percent; a repository of whose images more would be deleted is skipped. */
  readonly maxDeletePercent: number;
  /** The most images that one run deletes; no limit if missing. */
  readonly maxDeletions: number | undefined;
  /** Whether a run may delete if nothing was found to be in use. */
  readonly allowEmptyInUse: boolean;
}

/** What one run does. */
export interface Config {
  /** Decide and report, delete nothing. */
  readonly dryRun: boolean;
  /** The retention of repositories whose own tags say nothing else. */
  readonly defaultPolicy: RepositoryPolicy;
  readonly guardRails: GuardRails;
  readonly evidence: EvidenceDepth;
  /** The ids of the sources of evidence that are read. */
  readonly sources: readonly string[];
  /** Where they are read, beside the run's own account and Region. */
  readonly scopes: ScopeSettings;
  /** How many of the newest ACTIVE revisions of each ECS task definition family count as in use. */
  readonly keepTaskDefinitions: number;
  /** References in use that something else has found. */
  readonly lists: ListSettings;
  /** What outlives the run; nothing if missing. */
  readonly store: StoreLocation | undefined;
  /** The ARN of the SNS topic that hears of the run, if one does. */
  readonly notifyTopic: string | undefined;
  /** US dollars for storing a GB (10^9 bytes) for a month. */
  readonly pricePerGBMonth: number;
  /** The only repositories to clean; all enabled ones if missing. */
  readonly repositories?: readonly string[];
}

/** A Config, and the wrong values that did not keep the run from starting. */
export interface ParsedConfig {
  readonly config: Config;
  /** How many calls of each AWS service run at the same time, if not the usual number. */
  readonly concurrency: number | undefined;
  /** The part of the published rates of calls that the run may use, from 0 to 1. */
  readonly share: number | undefined;
  readonly logLevel: LogLevel;
  readonly warnings: readonly string[];
}

/**
 * Reads the settings of a run. A wrong value of a setting that the original has is a warning, and its default holds.
 *
 * @throws ConfigError that lists every wrong value of the other settings, and every variable that is nearly a setting
 */
export function parseConfig(env: Environment): ParsedConfig {
  const warnings: string[] = [];
  const problems: string[] = nearMissesOfEnvironment(Object.keys(env));
  const read = <Value>({ name, format, fallback, isOriginal }: Setting<Value>): Value => {
    const text = env[name] ?? fallback;
    const parsed = format.parse(text);
    if (parsed !== undefined) return parsed.value;
    const problem = `${name} is "${text}" and must be ${format.expected}`;
    if (isOriginal === true) warnings.push(`${problem}; using ${fallback}`);
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
      keepUsedDays: read(settings.keepUsedDays),
      unseenPullers: read(settings.unseenPullers),
    },
    guardRails: {
      maxDeletePercent: read(settings.maxDeletePercent),
      maxDeletions: read(settings.maxDeletions),
      allowEmptyInUse: read(settings.allowEmptyInUse) === "true",
    },
    evidence: read(settings.evidence),
    sources: read(settings.sources),
    scopes: {
      accounts: read(settings.accounts),
      regions: read(settings.regions),
      role: read(settings.role),
      externalId: read(settings.externalId),
    },
    keepTaskDefinitions: read(settings.keepTaskDefinitions),
    lists: { locations: read(settings.lists), maxHours: read(settings.listsMaxHours) },
    store: read(settings.store),
    notifyTopic: read(settings.notifyTopic),
    pricePerGBMonth: read(settings.pricePerGBMonth),
  };
  const concurrency = read(settings.concurrency);
  const share = read(settings.apiShare);
  const logLevel = read(settings.logLevel);
  const sources = narrowSources(config, problems);
  problems.push(...beyondOriginal(config), ...needsOfHistory(config.defaultPolicy, config));
  if (problems.length > 0) throw new ConfigError(problems);
  return { config: { ...config, sources }, concurrency, share, logLevel, warnings };
}

/** The log level alone, for what is logged before the other settings are known to be right. A wrong value is the default. */
export function readLogLevel(env: Environment): LogLevel {
  const { name, format, fallback } = settings.logLevel;
  return (format.parse(env[name] ?? fallback) ?? { value: parseFallback(format, fallback) }).value;
}

/** Of all sources, `original` evidence takes those that the original has. To name others is a problem. */
function narrowSources({ sources, evidence }: Config, problems: string[]): readonly string[] {
  if (evidence === "full") return sources;
  const beyond = sources.filter((id) => !ORIGINAL_SOURCE_IDS.includes(id));
  if (beyond.length > 0 && sources.length < SOURCE_IDS.length) {
    problems.push(
      `IN_USE_SOURCES names ${beyond.join(", ")}, which IN_USE_EVIDENCE=original does not read: leave one of the two out`,
    );
  }
  return sources.filter((id) => !beyond.includes(id));
}

/** `original` evidence is that of one account in one Region, and of no list. */
function beyondOriginal({ evidence, scopes, lists }: Config): string[] {
  if (evidence === "full") return [];
  const given = [
    ...(scopes.accounts.length > 0 ? [settings.accounts.name] : []),
    ...(scopes.regions.length > 0 ? [settings.regions.name] : []),
    ...(lists.locations.length > 0 ? [settings.lists.name] : []),
  ];
  return given.map(
    (name) => `${name} names what IN_USE_EVIDENCE=original does not read: leave one of the two out`,
  );
}

/** Why a policy cannot be carried out without the history of use, if it needs one and there is none. */
export function needsOfHistory(
  { keepUsedDays }: Pick<RepositoryPolicy, "keepUsedDays">,
  { store, evidence }: Pick<Config, "store" | "evidence">,
): string[] {
  const { name, tag } = settings.keepUsedDays;
  if (keepUsedDays === undefined) return [];
  if (store === undefined) {
    return [
      `${name} or ${tag} is set, and there is no STORE to remember what was in use: set both or neither`,
    ];
  }
  if (evidence === "full") return [];
  return [
    `${name} or ${tag} is set, and IN_USE_EVIDENCE=original does not see all that is in use: leave one of the two out`,
  ];
}

function parseFallback<Value>(format: Setting<Value>["format"], fallback: string): Value {
  const parsed = format.parse(fallback);
  if (parsed === undefined) throw new Error(`"${fallback}" is no ${format.expected}`);
  return parsed.value;
}
