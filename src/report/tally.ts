import type { Deletion } from "../ecr/deletion.ts";
import { asError, codeOf } from "../errors.ts";
import { dayOf } from "../history/hour.ts";
import type { Plan } from "../plan/plan.ts";
import { type Decision, type KeepReason, unusedOf } from "../plan/verdict.ts";
import { type Image, storedBytes } from "../registry/image.ts";
import type { Amount, Failure, RepositoryOutcome } from "./outcome.ts";

/** Counts what happens to one repository while it happens, so that an early end loses nothing. */
export class Tally {
  readonly #repository: string;
  readonly #total = new Counter();
  readonly #unused = new Counter();
  readonly #heldBack = new Counter();
  readonly #deleted = new Counter();
  readonly #kept: Partial<Record<KeepReason, number>> = {};
  readonly #failures: Failure[] = [];
  #unconfirmed = 0;
  #refused = 0;
  #failed = 0;
  #skipped: string | undefined;
  #keptUntil: number | undefined;
  #isComplete = false;

  constructor(repository: string) {
    this.#repository = repository;
  }

  /** Notes until which hour (since the epoch) all images are kept. */
  keepUntil(hour: number): void {
    this.#keptUntil = hour;
  }

  /** Counts what is planned. */
  addPlan({ decisions }: Plan): void {
    for (const { image, verdict } of decisions) {
      this.#total.add(image);
      if (verdict.action === "delete") this.#unused.add(image);
      else this.#keep(verdict.reason);
    }
  }

  /** Counts the images that a guard rail protects: the plan is not carried out. */
  holdBack({ decisions }: Plan): void {
    for (const image of unusedOf(decisions)) this.#heldBack.add(image);
  }

  /** Counts images that have become unused after a person confirmed the deletion of others. */
  leaveUnconfirmed(images: readonly Image[]): void {
    this.#unconfirmed += images.length;
  }

  /** Counts what became of an image that was to be deleted. One that is missing needs no more deleting. */
  addDeletion(deletion: Deletion): void {
    switch (deletion.outcome) {
      case "deleted":
      case "missing":
        this.#deleted.add(deletion.image);
        break;
      case "refused":
        this.#refused += 1;
        break;
      case "failed": {
        this.#failed += 1;
        const { image, code, message } = deletion;
        this.#failures.push({ repository: this.#repository, image: image.digest, code, message });
      }
    }
  }

  /** Counts images whose deletion was asked for in a call that failed. */
  addFailedImages(count: number): void {
    this.#failed += count;
  }

  /** Counts an image that was planned to be deleted, and that a later plan keeps. */
  spare({ image, verdict }: Decision): void {
    this.#unused.subtract(image);
    if (verdict.action === "keep") this.#keep(verdict.reason);
  }

  /** Notes that the work on the repository is over. Until then it counts as not reached. */
  complete(): void {
    this.#isComplete = true;
  }

  /** Notes that the repository was left alone because its settings are wrong or a guard rail protects it. */
  skip(reason: string): void {
    this.#skipped = reason;
  }

  /** Notes an error that ended the work on the repository. */
  fail(thrown: unknown): void {
    this.#failures.push(toFailure(thrown, this.#repository));
  }

  /** @param durationMs how long the work on the repository took */
  outcome(durationMs: number): RepositoryOutcome {
    return {
      repository: this.#repository,
      ...this.#status(),
      total: this.#total.amount,
      unused: this.#unused.amount,
      heldBack: this.#heldBack.amount,
      deleted: this.#deleted.amount,
      kept: this.#kept,
      unconfirmed: this.#unconfirmed,
      refused: this.#refused,
      failed: this.#failed,
      failures: this.#failures,
      ...(this.#keptUntil !== undefined && { keptUntil: dayOf(this.#keptUntil) }),
      durationMs,
    };
  }

  #keep(reason: KeepReason): void {
    this.#kept[reason] = (this.#kept[reason] ?? 0) + 1;
  }

  #status(): Pick<RepositoryOutcome, "status" | "note"> {
    const failure = this.#failures[0];
    if (failure !== undefined) return { status: "failed", note: failure.message };
    if (this.#skipped !== undefined) return { status: "skipped", note: this.#skipped };
    return { status: this.#isComplete ? "cleaned" : "not-reached" };
  }
}

/** A failure entry for an error, with the service's code where there is one. */
export function toFailure(thrown: unknown, repository: string | null): Failure {
  const error = asError(thrown);
  return { repository, image: null, code: codeOf(error), message: error.message };
}

class Counter {
  #images = 0;
  #bytes = 0;

  add(image: Image): void {
    this.#images += 1;
    this.#bytes += storedBytes(image);
  }

  subtract(image: Image): void {
    this.#images -= 1;
    this.#bytes -= storedBytes(image);
  }

  get amount(): Amount {
    return { images: this.#images, bytes: this.#bytes };
  }
}
