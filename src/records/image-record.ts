import type { Decision, KeepReason, Verdict } from "../plan/verdict.ts";
import { storedBytes } from "../registry/image.ts";
import type { RepositoryOutcome } from "../report/outcome.ts";
import type { Fate } from "./fates.ts";

/**
 * What became of an image that the plan deletes: ECR deleted it, refused to, or failed to, or was not asked. A dry run asks about
 * none.
 */
export type Outcome = "deleted" | "refused" | "failed" | "not-deleted";

/** What a run says of one image: a line of the plan file, from which the page's row is made. */
export interface ImageRecord {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly digest: string;
  /** In ISO 8601; null if ECR names no push date. */
  readonly pushedAt: string | null;
  /** As the report counts them: 0 for an index. */
  readonly bytes: number;
  /** `delete`, or the reason to keep it. */
  readonly verdict: "delete" | KeepReason;
  /** What keeps the image, or why it was not deleted. */
  readonly because: readonly string[];
  readonly outcome?: Outcome;
}

/** What became of one repository, once the work on it is over. */
export interface DoneRepository {
  readonly outcome: RepositoryOutcome;
  /** Whether the run was dry. */
  readonly dryRun: boolean;
}

/** Puts the record of an image together from its planned verdict and what a run then did. */
export function recordOf(
  { image, verdict }: Decision,
  fate: Fate | undefined,
  done: DoneRepository,
): ImageRecord {
  const { tags, digest, pushedAt } = image;
  return {
    repository: done.outcome.repository,
    tags,
    digest,
    pushedAt: pushedAt === undefined ? null : new Date(pushedAt).toISOString(),
    bytes: storedBytes(image),
    ...resultOf(fate?.outcome === "spared" ? fate.verdict : verdict, fate, done),
  };
}

type Result = Pick<ImageRecord, "verdict" | "because" | "outcome">;

function resultOf(verdict: Verdict, fate: Fate | undefined, done: DoneRepository): Result {
  if (verdict.action === "keep") return { verdict: verdict.reason, because: verdict.because };
  if (fate?.outcome === "deleted") return removal("deleted");
  if (fate?.outcome === "missing") {
    return removal("deleted", "It was gone before ECR was asked to delete it");
  }
  if (fate?.outcome === "refused" || fate?.outcome === "failed") {
    return removal(fate.outcome, describe(fate));
  }
  if (done.dryRun && done.outcome.status !== "skipped") return { verdict: "delete", because: [] };
  return removal("not-deleted", whyNotAsked(done.outcome));
}

function removal(outcome: Outcome, ...because: string[]): Result {
  return { verdict: "delete", because, outcome };
}

/** The message of a failed call begins with its code, that of a refused image does not. */
function describe({ code, message }: { code: string; message: string }): string {
  return message.includes(code) ? message : `${code}: ${message}`;
}

function whyNotAsked({ status, note = "", unconfirmed }: RepositoryOutcome): string {
  if (status === "skipped") return `Its repository was skipped: ${note}`;
  if (status === "failed") return `The work on its repository failed first: ${note}`;
  if (status === "not-reached") return "The run stopped before it deleted this image";
  if (unconfirmed === 0) return "ECR was not asked to delete it";
  return "It became unused after the deletion was confirmed: run again to delete it";
}
