import type { KeepReason } from "../plan/verdict.ts";

/** Something that went wrong. `repository` and `image` are null where the failure concerns none. */
export interface Failure {
  readonly repository: string | null;
  readonly image: string | null;
  readonly code: string;
  readonly message: string;
}

/** A number of images, and the bytes that ECR reports for them. */
export interface Amount {
  readonly images: number;
  readonly bytes: number;
}

/** What happened to one repository. */
export interface RepositoryOutcome {
  readonly repository: string;
  /** `skipped`: its settings are wrong or a guard rail protects it; `failed`: at least one failure; `not-reached`: the run ended before it. */
  readonly status: "cleaned" | "skipped" | "failed" | "not-reached";
  /** Why it was skipped, or the first of its failures. */
  readonly note?: string;
  readonly total: Amount;
  readonly unused: Amount;
  /** Unused images that a guard rail protects; `unused` does not count them. */
  readonly heldBack: Amount;
  readonly deleted: Amount;
  readonly kept: Readonly<Partial<Record<KeepReason, number>>>;
  /** Unused images that the person who confirmed the deletion has not seen. */
  readonly unconfirmed: number;
  /** Images whose deletion ECR refused for a good reason, and those for which it failed. */
  readonly refused: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
  /** Until which day, as `2026-12-12`, all images are kept, since the history of use is too young for the rule keepUsedDays. */
  readonly keptUntil?: string;
  readonly durationMs: number;
  /** Present if it is not enabled: then the run was dry, and shows what enabling would delete. */
  readonly notEnabled?: { readonly arn: string };
}

/** A failure in one sentence, with the repository, the image and the code that it concerns. */
export function describeFailure({ repository, image, code, message }: Failure): string {
  if (repository === null || image === null) return message;
  return `Could not delete ${repository}@${image}: ${code}: ${message}`;
}

/** Adds amounts up. */
export function addAmounts(amounts: readonly Amount[]): Amount {
  return amounts.reduce(
    (sum, { images, bytes }) => ({ images: sum.images + images, bytes: sum.bytes + bytes }),
    { images: 0, bytes: 0 },
  );
}

/** What is left of one amount without another. */
export function subtract(whole: Amount, part: Amount): Amount {
  return { images: whole.images - part.images, bytes: whole.bytes - part.bytes };
}
