import { AwsCallError } from "../aws/call.ts";
import type { Deletion } from "../ecr/deletion.ts";
import { asError } from "../errors.ts";
import { type Image, storedBytes } from "../registry/image.ts";
import type { Decision, KeepReason } from "../plan/verdict.ts";
import type { Amount, Failure, RepositoryOutcome } from "./outcome.ts";

/** Counts what happens to one repository while it happens, so that an early end loses nothing. */
export class Tally {
  readonly #repository: string;
  readonly #total = new Counter();
  readonly #unused = new Counter();
  readonly #deleted = new Counter();
  readonly #kept: Partial<Record<KeepReason, number>> = {};
  readonly #failures: Failure[] = [];
  #refused = 0;
  #failed = 0;
  #skipped: string | undefined;
  #isInterrupted = false;

  constructor(repository: string) {
    this.#repository = repository;
  }

  /** Counts what is planned. */
  addPlan(decisions: readonly Decision[]): void {
    for (const { image, verdict } of decisions) {
      this.#total.add(image);
      if (verdict.action === "delete") this.#unused.add(image);
      else this.#keep(verdict.reason);
    }
  }

  /** Counts what became of an image that was asked to be deleted; one that is missing needs no more deleting. */
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

  /** Counts images whose deletion was asked for in a call that failed as a whole. */
  addFailedImages(count: number): void {
    this.#failed += count;
  }

  /** Counts an image that was planned to go as kept after all. */
  reprieve(image: Image, reason: KeepReason): void {
    this.#unused.subtract(image);
    this.#keep(reason);
  }

  /** Notes that the run ended before the work on the repository did. */
  interrupt(): void {
    this.#isInterrupted = true;
  }

  /** Notes that the repository was left alone because its settings are wrong or a guard rail holds. */
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
      deleted: this.#deleted.amount,
      kept: this.#kept,
      refused: this.#refused,
      failed: this.#failed,
      failures: this.#failures,
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
    return { status: this.#isInterrupted ? "not-reached" : "cleaned" };
  }
}

/** A failure entry for an error, with the service's code where there is one. */
export function toFailure(thrown: unknown, repository: string | null): Failure {
  const error = asError(thrown);
  const code = error instanceof AwsCallError ? error.code : error.name;
  return { repository, image: null, code, message: error.message };
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
