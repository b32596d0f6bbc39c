import { AwsCallError, isGone } from "./aws/call.ts";
import { parsePolicy } from "./config.ts";
import { type DecidedPlan, decide, unusedOf } from "./decide.ts";
import { type Deletion, deleteBatch } from "./ecr/delete-images.ts";
import { listImages } from "./ecr/images.ts";
import type { Repository } from "./ecr/repositories.ts";
import type { DeletionBudget } from "./deletion-budget.ts";
import {
  ConfigError,
  DeletionLimitError,
  GuardRailError,
  OutOfTimeError,
  ScanError,
  asError,
} from "./errors.ts";
import type { Image } from "./image.ts";
import type { FreshEvidence } from "./in-use/fresh-evidence.ts";
import { deletionPhases } from "./plan/deletion-phases.ts";
import { ImageGraph, type Manifests } from "./plan/image-graph.ts";
import type { Policy } from "./plan/retention.ts";
import { Removal } from "./removal.ts";
import { ImageLog } from "./report/image-log.ts";
import type { RepositoryOutcome } from "./report/outcome.ts";
import { Tally } from "./report/tally.ts";
import type { Run } from "./run.ts";

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
      const images = await listImages(this.#run.aws.ecr, this.#repository);
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

  /** @param hasStayed whether ECR did not delete an image that was planned to go: then it stays in this run */
  async #decide(
    policy: Policy,
    images: readonly Image[],
    manifests: Manifests,
    hasStayed: (image: Image) => boolean = () => false,
  ): Promise<DecidedPlan> {
    const { images: inUse } = await this.#evidence.current();
    const { key } = this.#repository;
    return decide(this.#run, this.#repository, {
      images,
      manifests,
      policy,
      usage: {
        placesOf: (image) => (hasStayed(image) ? ["ECR"] : inUse.placesOf(key, image)),
        isPinned: (image) => inUse.isPinned(key, image),
      },
      now: this.#run.now(),
    });
  }

  async #remove(policy: Policy, images: readonly Image[], plan: DecidedPlan): Promise<void> {
    this.#evidence.requireAny();
    const removal = new Removal({
      deleteBatch: async (batch) => this.#deleteBatch(batch, removal),
      listDigests: async () => {
        const now = await listImages(this.#run.aws.ecr, this.#repository);
        return new Set(now.map(({ digest }) => digest));
      },
      isPlanStale: () => this.#evidence.isStale,
      budget: this.#budget,
    });
    const carryOut = async (unused: readonly Image[], manifests: Manifests) => {
      const graph = new ImageGraph(images, manifests);
      return removal.carryOut(deletionPhases(unused, graph), graph);
    };

    let { manifests } = plan;
    let unused = unusedOf(plan.decisions);
    try {
      while (!(await carryOut(unused, manifests))) {
        const left = images.filter((image) => removal.results.get(image)?.outcome !== "deleted");
        const again = await this.#decide(policy, left, manifests, (image) =>
          removal.hasStayed(image),
        );
        const open = unused.filter((image) => !removal.results.has(image));
        unused = this.#stillUnused(open, again);
        ({ manifests } = again);
      }
    } finally {
      for (const deletion of removal.results.values()) {
        this.#tally.addDeletion(deletion);
        this.#log.notDeleted(deletion);
      }
    }
  }

  /** A new plan can only reprieve images: what it would let go beyond the first one waits for the next run. */
  #stillUnused(open: readonly Image[], { decisions }: DecidedPlan): Image[] {
    const candidates = new Set(open);
    for (const decision of decisions) {
      if (decision.verdict.action === "delete" || !candidates.delete(decision.image)) continue;
      this.#tally.reprieve(decision.image, decision.verdict.reason);
      this.#log.reprieved(decision);
    }
    return [...candidates];
  }

  async #deleteBatch(batch: readonly Image[], { results }: Removal): Promise<Deletion[]> {
    this.#log.removing(batch.filter((image) => !results.has(image)));
    try {
      const deletions = await deleteBatch(this.#run.aws.ecr, this.#repository, batch);
      const deleted = deletions.filter(({ outcome }) => outcome === "deleted");
      this.#run.observer.onDeleted?.(deleted.length);
      return deletions;
    } catch (error) {
      const hasFailed = error instanceof AwsCallError && !isGone(error, REPOSITORY_GONE);
      if (hasFailed) this.#tally.addFailedImages(batch.length);
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

const REPOSITORY_GONE = "RepositoryNotFoundException";
const ENDS_THE_RUN = [ScanError, OutOfTimeError, DeletionLimitError];
