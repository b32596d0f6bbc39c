import type { EvidenceDepth } from "../settings/config.ts";
import type { Evidence, SourceResult } from "../in-use/scan.ts";
import { KEEP_REASONS, type KeepReason } from "../plan/verdict.ts";
import { type Failure, type RepositoryOutcome, addAmounts } from "./outcome.ts";

/** A whole run in numbers: what the Lambda returns and `--json` prints. */
export interface Summary {
  readonly dryRun: boolean;
  /** Whether the run got to its end: all evidence read, every enabled repository reached. */
  readonly complete: boolean;
  readonly durationMs: number;
  readonly inUse: {
    /** How far evidence was looked for: with `original`, what only further evidence shows may look unused. */
    readonly evidence: EvidenceDepth;
    readonly references: number;
    readonly sources: readonly SourceResult[];
  };
  readonly repositories: {
    readonly enabled: number;
    readonly cleaned: number;
    readonly skipped: number;
    readonly failed: number;
    readonly notReached: number;
  };
  readonly images: {
    readonly total: number;
    readonly kept: Readonly<Partial<Record<KeepReason, number>>>;
    readonly unused: number;
    readonly deleted: number;
    readonly refused: number;
    readonly failed: number;
  };
  readonly bytes: { readonly total: number; readonly unused: number; readonly deleted: number };
  /** The first 100. */
  readonly failures: readonly Failure[];
}

/** The most failures that a summary lists: a Lambda's answer is limited to 6 MB. */
const MAX_FAILURES = 100;

/** What a summary is made of. */
export interface RunRecord {
  readonly dryRun: boolean;
  readonly durationMs: number;
  /** Whether the time limit ended the run. */
  readonly isOutOfTime: boolean;
  readonly evidenceDepth: EvidenceDepth;
  /** Missing if the scan failed. */
  readonly evidence: Evidence | undefined;
  readonly outcomes: readonly RepositoryOutcome[];
  /** What failed apart from single repositories, and so ended the run. */
  readonly failures: readonly Failure[];
}

/** Adds a run up; pure. */
export function summarize(record: RunRecord): Summary {
  const { dryRun, durationMs, isOutOfTime, evidenceDepth, evidence, outcomes, failures } = record;
  const withStatus = (status: RepositoryOutcome["status"]) =>
    outcomes.filter((outcome) => outcome.status === status).length;
  const sum = (count: (outcome: RepositoryOutcome) => number) =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const total = addAmounts(outcomes.map((outcome) => outcome.total));
  const unused = addAmounts(outcomes.map((outcome) => outcome.unused));
  const deleted = addAmounts(outcomes.map((outcome) => outcome.deleted));
  const notReached = withStatus("not-reached");

  return {
    dryRun,
    complete: failures.length === 0 && notReached === 0 && !isOutOfTime,
    durationMs,
    inUse: {
      evidence: evidenceDepth,
      references: evidence?.images.size ?? 0,
      sources: evidence?.sources ?? [],
    },
    repositories: {
      enabled: outcomes.length,
      cleaned: withStatus("cleaned"),
      skipped: withStatus("skipped"),
      failed: withStatus("failed"),
      notReached,
    },
    images: {
      total: total.images,
      kept: addKept(outcomes),
      unused: unused.images,
      deleted: deleted.images,
      refused: sum(({ refused }) => refused),
      failed: sum(({ failed }) => failed),
    },
    bytes: { total: total.bytes, unused: unused.bytes, deleted: deleted.bytes },
    failures: [...failures, ...outcomes.flatMap((outcome) => outcome.failures)].slice(
      0,
      MAX_FAILURES,
    ),
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
