import pMap from "p-map";

import { AwsCallError } from "../aws/call.ts";
import { type Deletion, taggedAnew, toBatches } from "../ecr/deletion.ts";
import type { DeletionBudget } from "./budget.ts";
import { DeletionLimitError, asError } from "../errors.ts";
import { type Image, isIndex } from "../registry/image.ts";
import type { ImageGraph } from "../plan/graph.ts";

/** How many batches of one repository are deleted at once. */
const CONCURRENT_BATCHES = 5;

/** What a removal needs of its surroundings. */
export interface RemovalSteps {
  /** Asks ECR to delete one batch. */
  readonly deleteBatch: (batch: readonly Image[]) => Promise<Deletion[]>;
  /** Lists the digests that the repository has now. */
  readonly listDigests: () => Promise<ReadonlySet<string>>;
  /** Whether the evidence behind the plan has become too old to delete by. */
  readonly isPlanStale: () => boolean;
  readonly budget: DeletionBudget;
}

/** Deletes images of one repository, phase by phase, for as long as the plan holds that they are unused by. */
export class Removal {
  readonly #steps: RemovalSteps;
  readonly #results = new Map<Image, Deletion>();
  #postponed: Image[] = [];

  constructor(steps: RemovalSteps) {
    this.#steps = steps;
  }

  /** What has become of each image that ECR was asked to delete. */
  get results(): ReadonlyMap<Image, Deletion> {
    return this.#results;
  }

  /**
   * Carries a plan out, each phase to its end before the next.
   *
   * @returns false if the rest has to be planned anew: the evidence is too old, or an image that was to go has
   *   stayed, and what it lists and what is about it may have to stay with it
   */
  async carryOut(phases: readonly Image[][], graph: ImageGraph): Promise<boolean> {
    for (const [position, phase] of phases.entries()) {
      const subjects = phase.flatMap((image) => graph.subjectsOf(image));
      await this.#confirmGone(subjects);
      const before = phases[position - 1] ?? [];
      if (subjects.some((image) => this.hasStayed(image))) return false;
      const isHeldUp = (image: Image) => this.hasStayed(image) && !this.#mayYetGo(image, phase);
      if (before.some(isHeldUp)) return false;
      if (!(await this.#carryOutPhase(phase))) return false;
    }
    return true;
  }

  /** Images that ECR keeps because an index lists them, and that are asked for again when an index is gone. */
  get postponed(): readonly Image[] {
    return this.#postponed;
  }

  /** Asks again only for those of the postponed images that a new plan still lets go. */
  keepPostponed(isStillUnused: (image: Image) => boolean): void {
    this.#postponed = this.#postponed.filter(isStillUnused);
  }

  /** Notes which of the images that had stayed are gone by now, given the digests that the repository has. */
  noteGone(digests: ReadonlySet<string>): void {
    for (const image of this.#results.keys()) {
      const isGone = this.hasStayed(image) && !digests.has(image.digest);
      if (isGone) this.note({ image, outcome: "deleted" });
    }
  }

  /** Notes what has become of an image; also without asking ECR, if something is found out in another way. */
  note(deletion: Deletion): void {
    this.#results.set(deletion.image, deletion);
    const isListed =
      deletion.outcome === "refused" && deletion.code === "ImageReferencedByManifestList";
    if (isListed) this.#postponed.push(deletion.image);
  }

  /** Whether an image has only stayed because an index lists it, which may be one of those that go next. */
  #mayYetGo(image: Image, next: readonly Image[]): boolean {
    return next.every(isIndex) && this.#postponed.includes(image);
  }

  /** Whether ECR was asked to delete an image and it is still there. */
  hasStayed(image: Image): boolean {
    const result = this.#results.get(image);
    return result !== undefined && result.outcome !== "deleted";
  }

  /**
   * Looks whether the subjects of what is to go next are gone: deleting the last tag that was listed leaves an image
   * that has been tagged anew since. (For what an index lists, ECR looks itself.)
   */
  async #confirmGone(subjects: readonly Image[]): Promise<void> {
    if (!subjects.some((image) => this.#results.has(image))) return;
    const digests = await this.#steps.listDigests();
    for (const image of subjects) {
      const outcome = this.#results.get(image)?.outcome;
      const seemsGone = outcome === "deleted" || outcome === "missing";
      if (seemsGone && digests.has(image.digest)) this.note(taggedAnew(image));
    }
  }

  /** What ECR refuses because an index lists it is asked for again when an index, perhaps that one, is gone. */
  async #carryOutPhase(phase: readonly Image[]): Promise<boolean> {
    let wanted = phase;
    while (wanted.length > 0) {
      if (!(await this.#deleteAll(wanted))) return false;
      const isIndexGone = wanted.some((image) => isIndex(image) && !this.hasStayed(image));
      wanted = isIndexGone ? this.#postponed.splice(0) : [];
    }
    return true;
  }

  /**
   * Deletes in any order; when the plan is stale, and after an error, which it throws, it begins no more batches.
   *
   * @returns false if the plan was stale
   */
  async #deleteAll(images: readonly Image[]): Promise<boolean> {
    const errors: unknown[] = [];
    const deleteOne = async (batch: readonly Image[]) => {
      if (errors.length > 0 || this.#steps.isPlanStale()) return;
      try {
        await this.#deleteWithinBudget(batch);
      } catch (error) {
        errors.push(error);
      }
    };
    await pMap(toBatches(images), deleteOne, { concurrency: CONCURRENT_BATCHES });
    if (errors.length > 0) throw asError(errors.find(isFailure) ?? errors[0]);
    return images.every((image) => this.#results.has(image));
  }

  /** Deletes as much of a batch as the run may; throws DeletionLimitError if that is not all. */
  async #deleteWithinBudget(batch: readonly Image[]): Promise<void> {
    const { budget, deleteBatch } = this.#steps;
    const allowed = batch.slice(0, budget.take(batch.length));
    if (allowed.length > 0) {
      for (const deletion of await deleteBatch(allowed)) this.note(deletion);
      budget.giveBack(allowed.filter((image) => this.hasStayed(image)).length);
    }
    if (allowed.length < batch.length) throw new DeletionLimitError();
  }
}

/** An end that was to be expected, such as that time is up, must not hide an error. */
function isFailure(error: unknown): boolean {
  return error instanceof AwsCallError;
}
