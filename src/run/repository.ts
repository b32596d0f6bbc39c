import { AwsCallError, isGone } from "../aws/call.ts";
import { parsePolicy } from "../settings/config.ts";
import { type DecidedPlan, decide, unusedOf } from "./make-plan.ts";
import { type Deletion, deleteBatch, taggedAnew } from "../ecr/deletion.ts";
import { REPOSITORY_GONE } from "../ecr/error-codes.ts";
import { findTagged, listImages } from "../ecr/images.ts";
import type { Repository } from "../ecr/repositories.ts";
import type { DeletionBudget } from "./budget.ts";
import {
  ConfigError,
  DeletionLimitError,
  GuardRailError,
  OutOfTimeError,
  ScanError,
  asError,
} from "../errors.ts";
import type { Image } from "../registry/image.ts";
import type { FreshEvidence } from "../in-use/freshness.ts";
import type { Evidence } from "../in-use/scan.ts";
import { deletionPhases } from "../plan/next-phase.ts";
import { ImageGraph, type Manifests } from "../plan/graph.ts";
import type { Policy } from "../plan/retention.ts";
import { Removal } from "./rounds.ts";
import { ImageLog } from "../report/image-log.ts";
import type { RepositoryOutcome } from "../report/outcome.ts";
import { Tally } from "../report/tally.ts";
import type { Run } from "./context.ts";

/** Decides on all images of one repository and, unless the run is dry, deletes what nothing keeps; never throws. */
export async function cleanRepository(
  run: Run,
  evidence: FreshEvidence,
  budget: DeletionBudget,
  repository: Repository,
): Promise<RepositoryOutcome> {
  return new RepositoryCleaner(run, evidence, budget, repository).clean();
}

/** The work on one repository, and what there is to tell of it. */
class RepositoryCleaner {
  readonly #run: Run;
  readonly #evidence: FreshEvidence;
  readonly #budget: DeletionBudget;
  readonly #repository: Repository;
  readonly #tally: Tally;
  /** What the plan in force rests on, from the first plan on. */
  #planEvidence!: Evidence;
  readonly #log: ImageLog;

  constructor(run: Run, evidence: FreshEvidence, budget: DeletionBudget, repository: Repository) {
    this.#run = run;
    this.#evidence = evidence;
    this.#budget = budget;
    this.#repository = repository;
    this.#tally = new Tally(repository.name);
    this.#log = new ImageLog(run.log, repository.name);
  }

  async clean(): Promise<RepositoryOutcome> {
    const startedAt = this.#run.now();
    try {
      const policy = parsePolicy(this.#repository.tags, this.#run.config.defaultPolicy);
      this.#planEvidence = await this.#evidence.current();
      const images = await this.#listImages();
      const plan = await this.#decide(policy, images, new Map());
      const unused = unusedOf(plan.decisions);
      this.#requireModesty(images.length, unused.length);
      this.#run.observer.onPlan?.(this.#repository, plan.decisions);
      this.#tally.addPlan(plan.decisions);
      this.#log.inUse(plan.decisions);
      if (this.#run.config.dryRun) this.#log.unused(unused);
      else if (unused.length > 0) await this.#remove(policy, images, plan);
    } catch (error) {
      this.#noteEarlyEnd(error);
    }
    const outcome = this.#tally.outcome(this.#run.now() - startedAt);
    this.#log.outcome(outcome);
    return outcome;
  }

  /** That nearly all of a repository goes is more often a mistake than meant; throws GuardRailError. */
  #requireModesty(total: number, unused: number): void {
    const { maxDeletePercent } = this.#run.config.guardRails;
    if (unused * 100 <= total * maxDeletePercent) return;
    const share = `${unused} of its ${total} images would go`;
    throw new GuardRailError(`${share}, more than the ${maxDeletePercent} % of MAX_DELETE_PERCENT`);
  }

  /** @param stayed digests that ECR did not delete though they were planned to go: they stay in this run */
  async #decide(
    policy: Policy,
    images: readonly Image[],
    manifests: Manifests,
    stayed: ReadonlySet<string> = new Set(),
  ): Promise<DecidedPlan> {
    const { images: inUse } = this.#planEvidence;
    const { key } = this.#repository;
    return decide(this.#run, this.#repository, {
      images,
      manifests,
      policy,
      usage: {
        placesOf: (image) =>
          stayed.has(image.digest) ? ["ECR keeps it"] : inUse.placesOf(key, image),
        isPinned: (image) => inUse.isPinned(key, image),
      },
      now: this.#run.now(),
    });
  }

  async #remove(policy: Policy, images: readonly Image[], plan: DecidedPlan): Promise<void> {
    const removal = new Removal({
      deleteBatch: async (batch) => this.#deleteBatch(batch, removal),
      listDigests: async () => digestsOf(await this.#listImages()),
      isPlanStale: () => !this.#evidence.isCurrent(this.#planEvidence),
      budget: this.#budget,
    });
    const carryOut = async (unused: readonly Image[], manifests: Manifests) => {
      this.#evidence.requireAny();
      const graph = new ImageGraph(images, manifests);
      return removal.carryOut(deletionPhases(unused, graph), graph);
    };

    let { manifests } = plan;
    let unused = unusedOf(plan.decisions);
    try {
      while (!(await carryOut(unused, manifests))) {
        this.#planEvidence = await this.#evidence.current();
        const now = await this.#listImages();
        removal.noteGone(digestsOf(now));
        const stayed = images.filter((image) => removal.hasStayed(image));
        const again = await this.#decide(policy, now, manifests, digestsOf(stayed));
        await this.#reconsiderPostponed(policy, now, again.manifests, stayed, removal);
        unused = this.#stillUnused(unused, again, removal);
        ({ manifests } = again);
      }
    } finally {
      for (const deletion of removal.results.values()) {
        this.#tally.addDeletion(deletion);
        this.#log.notDeleted(deletion);
      }
    }
  }

  /** What ECR keeps for the moment may be in use by now: then it is not asked for again. */
  async #reconsiderPostponed(
    policy: Policy,
    images: readonly Image[],
    manifests: Manifests,
    stayed: readonly Image[],
    removal: Removal,
  ): Promise<void> {
    const postponed = new Set(removal.postponed);
    if (postponed.size === 0) return;
    const others = digestsOf(stayed.filter((image) => !postponed.has(image)));
    const { decisions } = await this.#decide(policy, images, manifests, others);
    const unused = new Map(unusedOf(decisions).map((image) => [image.digest, image]));
    removal.keepPostponed((image) => {
      const now = unused.get(image.digest);
      return now !== undefined && !hasNewTag(image, now);
    });
  }

  async #listImages(): Promise<Image[]> {
    return listImages(this.#run.aws.ecr, this.#repository);
  }

  /** A new plan can only reprieve images: what it would let go beyond the first one waits for the next run. */
  #stillUnused(unused: readonly Image[], again: DecidedPlan, removal: Removal): Image[] {
    const decisions = new Map(again.decisions.map((decision) => [decision.image.digest, decision]));
    return unused.filter((image) => {
      if (removal.results.has(image)) return false;
      const decision = decisions.get(image.digest);
      if (decision === undefined) removal.note({ image, outcome: "deleted" });
      else if (decision.verdict.action === "keep") {
        this.#tally.reprieve(image, decision.verdict.reason);
        this.#log.reprieved(decision);
      } else if (hasNewTag(image, decision.image)) removal.note(taggedAnew(image));
      else return true;
      return false;
    });
  }

  /** Untagged images go with whatever tags they have by then: whether they have none still is looked at just before. */
  async #deleteBatch(batch: readonly Image[], { results }: Removal): Promise<Deletion[]> {
    const { ecr } = this.#run.aws;
    const untagged = batch.filter(({ tags }) => tags.length === 0);
    try {
      const tagged = await findTagged(ecr, this.#repository, untagged);
      const same = batch.filter(({ digest }) => !tagged.has(digest));
      this.#log.removing(same.filter((image) => !results.has(image)));
      const deletions = same.length === 0 ? [] : await deleteBatch(ecr, this.#repository, same);
      const deleted = deletions.filter(({ outcome }) => outcome === "deleted");
      this.#run.observer.onDeleted?.(deleted.length);
      return [...deletions, ...batch.filter(({ digest }) => tagged.has(digest)).map(taggedAnew)];
    } catch (error) {
      if (isGone(error, REPOSITORY_GONE)) {
        return batch.map((image) => ({ image, outcome: "missing" }));
      }
      if (error instanceof AwsCallError) {
        this.#tally.addFailedImages(batch.filter((image) => !results.has(image)).length);
      }
      throw error;
    }
  }

  #noteEarlyEnd(error: unknown): void {
    const { log } = this.#run;
    const fields = { repository: this.#repository.name, reason: asError(error).message };
    if (error instanceof ConfigError || error instanceof GuardRailError) {
      this.#tally.skip(error.message);
      log.warn("Skipping a repository", fields);
    } else if (ENDS_THE_RUN.some((kind) => error instanceof kind)) {
      // The run itself reports it.
      this.#tally.interrupt();
    } else if (isGone(error, REPOSITORY_GONE)) {
      log.info("A repository is gone", fields);
    } else {
      this.#tally.fail(error);
      log.error("Could not clean a repository", fields);
    }
  }
}

function digestsOf(images: readonly Image[]): Set<string> {
  return new Set(images.map(({ digest }) => digest));
}

/** Whether somebody has given an image a tag since it was listed; one that is gone may have been taken by this run. */
function hasNewTag(listed: Image, now: Image): boolean {
  return now.tags.some((tag) => !listed.tags.includes(tag));
}

const ENDS_THE_RUN = [ScanError, OutOfTimeError, DeletionLimitError];
