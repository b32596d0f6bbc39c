import type { Evidence, ListResult, PlaceResult, SourceResult } from "../in-use/evidence.ts";
import { SOURCE_IDS } from "../in-use/sources/index.ts";
import type { EvidenceDepth } from "../in-use/sources/source.ts";
import { KEEP_REASONS, type KeepReason } from "../plan/verdict.ts";
import type { Config } from "../settings/config.ts";
import { type Failure, type RepositoryOutcome, addAmounts } from "./outcome.ts";

/** A whole run in numbers: what the Lambda returns and `--json` prints. */
export interface Summary {
  readonly dryRun: boolean;
  /** Whether the run got to its end: all evidence read, every enabled repository reached. */
  readonly complete: boolean;
  readonly durationMs: number;
  readonly inUse: {
    /** How far the run looked for evidence: with `original`, what only further evidence shows may look unused. */
    readonly evidence: EvidenceDepth;
    readonly references: number;
    /** How many of the references are to the registry that is cleaned. */
    readonly referencesHere: number;
    /** What each source found, in all places together. */
    readonly sources: readonly SourceResult[];
    /** Every account and Region that was read. */
    readonly places: readonly PlaceSummary[];
    /** The ids of the organization's accounts that are suspended, closed or never activated: no role of theirs can be assumed. */
    readonly passedOver: readonly string[];
    /** The ids of sources that `IN_USE_SOURCES` leaves out: what only they show may look unused. */
    readonly leftOut: readonly string[];
    /** The lists in `IN_USE_LISTS`, one for each file or object. */
    readonly lists: readonly ListResult[];
  };
  readonly repositories: {
    readonly enabled: number;
    /** The repositories that were asked for and are not enabled; missing if there are none. Then the run was dry. */
    readonly notEnabled?: readonly string[];
    readonly cleaned: number;
    readonly skipped: number;
    readonly failed: number;
    /** Null if the run ended before it knew which repositories are enabled. */
    readonly notReached: number | null;
  };
  readonly images: {
    readonly total: number;
    readonly kept: Readonly<Partial<Record<KeepReason, number>>>;
    readonly unused: number;
    /** Unused images in repositories that a guard rail protects; `unused` does not count them. */
    readonly heldBack: number;
    readonly deleted: number;
    /** Unused images that the person who confirmed the deletion has not seen. */
    readonly unconfirmed: number;
    readonly refused: number;
    readonly failed: number;
  };
  readonly bytes: { readonly total: number; readonly unused: number; readonly deleted: number };
  /** How many repositories delete nothing yet since their history of use is too young, and until when; missing if there are none. */
  readonly youngHistory?: YoungHistory;
  /** The first 100. */
  readonly failures: readonly Failure[];
  /** Where the run has left its report; null without a store. */
  readonly report: ReportPlaces | null;
}

/** The files of a report in the store, each as people find it; null if it could not be written. */
interface ReportPlaces {
  readonly page: string | null;
  /** Every image and its verdict. */
  readonly plan: string | null;
  readonly summary: string | null;
}

/** Repositories whose history of use is too young for the rule keepUsedDays: it keeps all of their images. */
export interface YoungHistory {
  readonly repositories: number;
  /** The day on which the first of them begins to delete, as `2026-12-12`, if the runs go on. */
  readonly deletionsBegin: string;
}

/** What was found in one account and Region. */
export interface PlaceSummary {
  /** Null if the run knows no account. */
  readonly account: string | null;
  readonly region: string;
  readonly references: number;
  /** By the id of the source, those that found something. */
  readonly found: Readonly<Record<string, number>>;
  /** The ids of the sources that the Region does not have. */
  readonly notAvailable: readonly string[];
}

/** The most failures that a summary lists: a Lambda's answer is limited to 6 MB. */
const MAX_FAILURES = 100;

/** What a summary is made of. */
export interface RunRecord {
  readonly config: Config;
  readonly durationMs: number;
  /** Whether the time limit ended the run. */
  readonly isOutOfTime: boolean;
  /** Missing if the scan failed. */
  readonly evidence: Evidence | undefined;
  /** The ids of suspended, closed and never activated accounts. */
  readonly passedOver: readonly string[];
  /** The registry that is cleaned, `account/region`; missing if no repository is enabled. */
  readonly registry: string | undefined;
  /** Whether the outcomes are those of all enabled repositories. */
  readonly isCounted: boolean;
  readonly outcomes: readonly RepositoryOutcome[];
  /** What failed apart from single repositories, and so ended the run. */
  readonly failures: readonly Failure[];
  /** What could not be read from the store or written to it. That ends no run. */
  readonly storeFailures: readonly Failure[];
}

/** Adds a run up. Pure. */
export function summarize(record: RunRecord): Summary {
  const { config, durationMs, isOutOfTime, evidence, passedOver } = record;
  const { registry, isCounted, outcomes, failures, storeFailures } = record;
  const withStatus = (status: RepositoryOutcome["status"]) =>
    outcomes.filter((outcome) => outcome.status === status).length;
  const sum = (count: (outcome: RepositoryOutcome) => number) =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const total = addAmounts(outcomes.map((outcome) => outcome.total));
  const unused = addAmounts(outcomes.map((outcome) => outcome.unused));
  const deleted = addAmounts(outcomes.map((outcome) => outcome.deleted));
  const notEnabled = outcomes
    .flatMap((outcome) => (outcome.notEnabled === undefined ? [] : [outcome.repository]))
    .toSorted();
  const notReached = isCounted ? withStatus("not-reached") : null;

  return {
    dryRun: config.dryRun,
    complete: failures.length === 0 && notReached === 0 && !isOutOfTime,
    durationMs,
    inUse: {
      evidence: config.evidence,
      references: evidence?.images.size ?? 0,
      referencesHere: registry === undefined ? 0 : (evidence?.images.countIn(registry) ?? 0),
      sources: evidence?.sources ?? [],
      places: (evidence?.places ?? []).map((place) => toPlaceSummary(place, registry)),
      passedOver,
      leftOut: SOURCE_IDS.filter((id) => !config.sources.includes(id)),
      lists: evidence?.lists ?? [],
    },
    repositories: {
      enabled: outcomes.length - notEnabled.length,
      ...(notEnabled.length > 0 && { notEnabled }),
      cleaned: withStatus("cleaned"),
      skipped: withStatus("skipped"),
      failed: withStatus("failed"),
      notReached,
    },
    images: {
      total: total.images,
      kept: addKept(outcomes),
      unused: unused.images,
      heldBack: sum(({ heldBack }) => heldBack.images),
      deleted: deleted.images,
      unconfirmed: sum(({ unconfirmed }) => unconfirmed),
      refused: sum(({ refused }) => refused),
      failed: sum(({ failed }) => failed),
    },
    bytes: { total: total.bytes, unused: unused.bytes, deleted: deleted.bytes },
    ...youngHistoryOf(outcomes),
    failures: [
      ...failures,
      ...storeFailures,
      ...outcomes.flatMap((outcome) => outcome.failures),
    ].slice(0, MAX_FAILURES),
    report: null,
  };
}

/** A summary with failures that came after the run. They are among those that the summary lists. */
export function withFailures(summary: Summary, failures: readonly Failure[]): Summary {
  const others = summary.failures.slice(0, MAX_FAILURES - failures.length);
  return { ...summary, failures: [...others, ...failures] };
}

function youngHistoryOf(outcomes: readonly RepositoryOutcome[]): Pick<Summary, "youngHistory"> {
  const days = outcomes.flatMap(({ keptUntil }) => keptUntil ?? []).toSorted();
  const [deletionsBegin] = days;
  return deletionsBegin === undefined
    ? {}
    : { youngHistory: { repositories: days.length, deletionsBegin } };
}

/** A run that reads one place alone reads that of the registry. */
function toPlaceSummary(
  { account, region, sources }: PlaceResult,
  registry: string | undefined,
): PlaceSummary {
  const found = sources.filter(({ references }) => references > 0);
  const missing = sources.filter(({ status }) => status === "not-available");
  return {
    account: account ?? registry?.split("/")[0] ?? null,
    region,
    references: found.reduce((sum, { references }) => sum + references, 0),
    found: Object.fromEntries(found.map(({ id, references }) => [id, references])),
    notAvailable: missing.map(({ id }) => id),
  };
}

function addKept(outcomes: readonly RepositoryOutcome[]): Summary["images"]["kept"] {
  const kept: Partial<Record<KeepReason, number>> = {};
  for (const reason of KEEP_REASONS) {
    const images = outcomes.reduce((sum, outcome) => sum + (outcome.kept[reason] ?? 0), 0);
    if (images > 0) kept[reason] = images;
  }
  return kept;
}
