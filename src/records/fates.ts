import type { Deletion } from "../ecr/deletion.ts";
import type { Decision, Verdict } from "../plan/verdict.ts";

/** What became of an image that a plan deletes: an answer, or the verdict of a later plan that keeps it. */
export type Fate =
  | { readonly outcome: "deleted" | "missing" }
  | { readonly outcome: "refused" | "failed"; readonly code: string; readonly message: string }
  | { readonly outcome: "spared"; readonly verdict: Verdict };

/** What a run did with each image that the plan of one repository deletes, by digest: the last that was heard of it. */
export type Fates = Map<string, Fate>;

/** Notes ECR's answer, or why there was none. */
export function noteDeletion(fates: Fates, deletion: Deletion): void {
  fates.set(deletion.image.digest, fateOf(deletion));
}

/** Notes that a later plan keeps the image. */
export function noteSpared(fates: Fates, { image, verdict }: Decision): void {
  fates.set(image.digest, { outcome: "spared", verdict });
}

/** All deleted images share one object. */
const DELETED: Fate = { outcome: "deleted" };
const MISSING: Fate = { outcome: "missing" };

function fateOf(deletion: Deletion): Fate {
  if (deletion.outcome === "deleted") return DELETED;
  if (deletion.outcome === "missing") return MISSING;
  const { outcome, code, message } = deletion;
  return { outcome, code, message };
}
