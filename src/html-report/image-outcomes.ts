import type { Deletion } from "../ecr/deletion.ts";
import type { Decision, Verdict } from "../plan/verdict.ts";
import type { Observer } from "../run/observer.ts";

/** What became of an image that a plan deletes: an answer, or the verdict of a later plan that keeps it. */
export type Fate =
  | { readonly outcome: "deleted" | "missing" }
  | { readonly outcome: "refused" | "failed"; readonly code: string; readonly message: string }
  | { readonly outcome: "spared"; readonly verdict: Verdict };

/** What a run did with each image that its plans delete, gathered while it is under way. */
export class ImageOutcomes {
  readonly #fates = new Map<string, Map<string, Fate>>();

  /** Follows a run, and gathers. */
  readonly observer: Required<Pick<Observer, "onDeletion" | "onSpared">> = {
    onDeletion: (repository, deletion) => {
      this.#set(repository, deletion.image.digest, fateOf(deletion));
    },
    onSpared: (repository, { image, verdict }: Decision) => {
      this.#set(repository, image.digest, { outcome: "spared", verdict });
    },
  };

  /** The last that was heard of an image; nothing if ECR was not asked to delete it. */
  of(repository: string, digest: string): Fate | undefined {
    return this.#fates.get(repository)?.get(digest);
  }

  #set(repository: string, digest: string, fate: Fate): void {
    const fates = this.#fates.get(repository) ?? new Map<string, Fate>();
    this.#fates.set(repository, fates.set(digest, fate));
  }
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
