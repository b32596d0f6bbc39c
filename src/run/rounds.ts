import pMap from "p-map";

import { AwsCallError } from "../aws/calls.ts";
import {
  type Deletion,
  LISTED_BY_INDEX,
  isDeletedByDigest,
  retagged,
  toBatches,
} from "../ecr/deletion.ts";
import { DeletionLimitError, OutdatedPlanError, asError } from "../errors.ts";
import { ImageGraph } from "../plan/graph.ts";
import { nextPhase } from "../plan/next-phase.ts";
import type { Plan } from "../plan/plan.ts";
import { type Decision, unusedOf } from "../plan/verdict.ts";
import { type Image, isIndex } from "../registry/image.ts";
import type { DeletionBudget } from "./budget.ts";

/** How many batches of one repository are deleted at the same time. */
const CONCURRENT_BATCHES = 5;
/** Rounds in a row that settle nothing, before the work on a repository ends with an error. */
const MAX_IDLE_ROUNDS = 3;

/** What the rounds need of their surroundings. */
export interface RoundSteps {
  /** Asks ECR to delete one batch. Throws OutdatedPlanError if the plan is out of date. */
  readonly deleteBatch: (batch: readonly Image[], plan: Plan) => Promise<Deletion[]>;
  /** Lists the repository. */
  readonly list: () => Promise<readonly Image[]>;
  /** Plans a listing by evidence that is not out of date; the images with the digests given are kept. */
  readonly plan: (images: readonly Image[], kept: ReadonlySet<string>) => Promise<Plan>;
  /** The digests that some indexes list, read if need be. */
  readonly childrenOf: (indexes: readonly Image[]) => Promise<ReadonlySet<string>>;
  /** An image that was to be deleted is kept by a new plan. */
  readonly onSpared: (decision: Decision) => void;
  readonly budget: DeletionBudget;
}

/**
 * Deletes images of one repository in rounds: delete what may go first, and list and plan again when the plan is out
 * of date. The first plan is the upper bound: a later one can only spare images. A new listing outranks what ECR answered.
 */
export class Rounds {
  readonly #steps: RoundSteps;
  /** The images to delete, as first listed, by digest. */
  readonly #wanted: Map<string, Image>;
  /** The last answer about each of them. */
  readonly #answers = new Map<string, Deletion>();
  /** Images whose last answer no longer counts. */
  readonly #forgotten = new Set<string>();
  /** Images that a listing showed to be gone after ECR said so. */
  readonly #confirmed = new Set<string>();
  #spared = 0;

  /** @param wanted images that a plan deletes */
  constructor(wanted: readonly Image[], steps: RoundSteps) {
    this.#wanted = new Map(wanted.map((image) => [image.digest, image]));
    this.#steps = steps;
  }

  /** What became of each image that ECR was asked to delete, or that a later listing shows to be gone or retagged. */
  get results(): Iterable<Deletion> {
    return this.#answers.values();
  }

  /** Whether ECR was asked to delete an image. */
  wasAsked({ digest }: Image): boolean {
    return this.#answers.has(digest) || this.#forgotten.has(digest);
  }

  /** Throws the error that ends the work early; `results` then shows what was done. */
  async carryOut(first: Plan): Promise<void> {
    let plan = first;
    for (let idle = 0; ;) {
      const before = this.#progress;
      await this.#round(plan);
      if (this.#unanswered().length === 0) break;
      plan = await this.#planAgain();
      idle = this.#progress === before ? idle + 1 : 0;
      if (idle >= MAX_IDLE_ROUNDS) throw new Error(NOTHING_SETTLED);
    }
    if ([...this.#answers.values()].some((answer) => this.#isUnsure(answer))) await this.#list();
  }

  /** Grows when an image is answered for the first time, is spared, or turns out to be gone. It has an upper bound. */
  get #progress(): number {
    const answers = [...this.#answers.values()];
    const asked = answers.filter(({ image }) => !this.#forgotten.has(image.digest));
    return asked.length + this.#forgotten.size + answers.filter(isGone).length + this.#spared;
  }

  #unanswered(): Image[] {
    return [...this.#wanted.values()].filter((image) => !this.#isAnswered(image));
  }

  /** Deletes phase after phase, until none is left or the plan is out of date. */
  async #round(plan: Plan): Promise<void> {
    const planned = unusedOf(plan.decisions).filter(({ digest }) => this.#wanted.has(digest));
    const graph = new ImageGraph(
      plan.decisions.map(({ image }) => image),
      plan.manifests,
    );
    // ECR looks itself whether an index still lists an image, but not for what refers to one.
    const refersToKept = (image: Image) =>
      graph.subjectsOf(image).some((subject) => this.#isKept(subject));
    const mayGo = (image: Image) => !this.#isAnswered(image) && !refersToKept(image);
    const next = () => nextPhase(new Set(planned.filter(mayGo)), graph);
    let phase = next();
    while (phase.length > 0) {
      if (phase.some((image) => this.#refersToUnsure(image, graph))) return;
      if (!(await this.#deletePhase(phase, plan))) return;
      const kept = phase.filter((image) => this.#isKept(image));
      if (phase.some((image) => isIndex(image) && !this.#isKept(image))) this.#forgetListed();
      phase = next();
      const mayYetGo = (image: Image) =>
        !this.#isAnswered(image) || (this.#isListed(image) && phase.every(isIndex));
      // What an image that is kept lists, and what refers to it, may have to be kept too.
      if (!kept.every(mayYetGo)) return;
    }
  }

  #refersToUnsure(image: Image, graph: ImageGraph): boolean {
    return graph.subjectsOf(image).some(({ digest }) => this.#isUnsure(this.#answers.get(digest)));
  }

  /** An image that was deleted by its only tag still exists if it got another tag just before. Only a listing shows that. */
  #isUnsure(answer: Deletion | undefined): boolean {
    if (answer === undefined || !isGone(answer) || isDeletedByDigest(answer.image)) return false;
    return !this.#confirmed.has(answer.image.digest);
  }

  #isUnanswered(image: Image): boolean {
    return this.#wanted.has(image.digest) && !this.#isAnswered(image);
  }

  #isAnswered({ digest }: Image): boolean {
    return this.#answers.has(digest);
  }

  #isKept({ digest }: Image): boolean {
    const answer = this.#answers.get(digest);
    return answer !== undefined && !isGone(answer);
  }

  #isListed({ digest }: Image): boolean {
    const answer = this.#answers.get(digest);
    return answer?.outcome === "refused" && answer.code === LISTED_BY_INDEX;
  }

  /** Once an index is gone, perhaps nothing lists what ECR refused before. */
  #forgetListed(): void {
    for (const image of this.#listed()) this.#forget(image);
  }

  /**
   * What ECR refused may still go if an index that is yet to be deleted lists it. Then that index is deleted first. The same
   * applies to an index that was refused itself, and to what that one lists.
   */
  async #forgetListedByUnanswered(present: readonly Image[]): Promise<void> {
    let indexes = present.filter((image) => isIndex(image) && this.#isUnanswered(image));
    while (indexes.length > 0 && this.#listed().length > 0) {
      const children = await this.#steps.childrenOf(indexes);
      const listed = this.#listed().filter(({ digest }) => children.has(digest));
      for (const image of listed) this.#forget(image);
      indexes = listed.filter(isIndex);
    }
  }

  #forget({ digest }: Image): void {
    this.#answers.delete(digest);
    this.#forgotten.add(digest);
  }

  #listed(): Image[] {
    return [...this.#wanted.values()].filter((image) => this.#isListed(image));
  }

  #note(deletion: Deletion): void {
    this.#answers.set(deletion.image.digest, deletion);
  }

  /** Lists again, and plans the rest. */
  async #planAgain(): Promise<Plan> {
    const listed = await this.#list();
    await this.#forgetListedByUnanswered(listed);

    const kept = [...this.#answers.values()].filter((answer) => !isGone(answer));
    const plan = await this.#steps.plan(listed, new Set(kept.map(({ image }) => image.digest)));
    for (const decision of plan.decisions) this.#spareKept(decision);
    return plan;
  }

  async #list(): Promise<readonly Image[]> {
    const listed = await this.#steps.list();
    const present = new Map(listed.map((image) => [image.digest, image]));
    for (const image of this.#wanted.values()) this.#compare(image, present.get(image.digest));
    return listed;
  }

  /** A listing outranks answers: what is absent is deleted, what is there is not. */
  #compare(image: Image, listed: Image | undefined): void {
    const answer = this.#answers.get(image.digest);
    if (listed === undefined) {
      this.#confirmed.add(image.digest);
      if (answer === undefined || !isGone(answer)) this.#note({ image, outcome: "deleted" });
    } else if (answer === undefined ? hasNewTag(image, listed) : isGone(answer)) {
      this.#note(retagged(image));
    }
  }

  #spareKept(decision: Decision): void {
    const { image, verdict } = decision;
    if (verdict.action === "delete" || !this.#isUnanswered(image)) return;
    this.#wanted.delete(image.digest);
    this.#spared += 1;
    this.#steps.onSpared(decision);
  }

  /**
   * Deletes in any order. It starts no more batches when the plan is out of date, or after an error, which it throws.
   *
   * @returns false if the plan is out of date
   */
  async #deletePhase(phase: readonly Image[], plan: Plan): Promise<boolean> {
    const errors: unknown[] = [];
    const deleteOne = async (batch: readonly Image[]) => {
      if (errors.length > 0) return;
      try {
        await this.#deleteWithinBudget(batch, plan);
      } catch (error) {
        errors.push(error);
      }
    };
    await pMap(toBatches(phase), deleteOne, { concurrency: CONCURRENT_BATCHES });
    // An expected stop, such as running out of time, must not hide a real error.
    const unexpected = errors.find((error) => error instanceof AwsCallError);
    const stop = unexpected ?? errors.find((error) => !(error instanceof OutdatedPlanError));
    if (stop !== undefined) throw asError(stop);
    return errors.length === 0;
  }

  /** Deletes as much of a batch as the run may. Throws DeletionLimitError if that is not all. */
  async #deleteWithinBudget(batch: readonly Image[], plan: Plan): Promise<void> {
    const { budget, deleteBatch } = this.#steps;
    const allowed = batch.slice(0, budget.take(batch.length));
    if (allowed.length > 0) {
      try {
        for (const deletion of await deleteBatch(allowed, plan)) this.#note(deletion);
        budget.giveBack(allowed.filter((image) => this.#isKept(image)).length);
      } catch (error) {
        // What a failed call deleted is unknown.
        if (error instanceof OutdatedPlanError) budget.giveBack(allowed.length);
        throw error;
      }
    }
    if (allowed.length < batch.length) throw new DeletionLimitError();
  }
}

const NOTHING_SETTLED =
  `${MAX_IDLE_ROUNDS} times in a row the plan was out of date before ECR deleted anything. ` +
  "The rest is kept. Run again when fewer deployments are under way, or raise Lambda's memory so that reading is faster";

function isGone({ outcome }: Deletion): boolean {
  return outcome === "deleted" || outcome === "missing";
}

/** Whether an image got a tag since it was listed. A missing tag says nothing: this run can have removed it. */
export function hasNewTag(listed: Image, now: Image): boolean {
  return now.tags.some((tag) => !listed.tags.includes(tag));
}
