import { AwsCallError, isGone } from "../aws/calls.ts";
import { type Deletion, deleteBatch, isDeletedByDigest, retagged } from "../ecr/deletion.ts";
import { REPOSITORY_GONE } from "../ecr/ecr.ts";
import { describeImages } from "../ecr/images.ts";
import { isEnabled } from "../ecr/repositories.ts";
import {
  ConfigError,
  DeletionLimitError,
  GuardRailError,
  OutOfTimeError,
  OutdatedPlanError,
  ScanError,
} from "../errors.ts";
import type { RepositoryMemory } from "../history/repository-memory.ts";
import type { Evidence, InUseImages } from "../in-use/evidence.ts";
import { errorFields } from "../log.ts";
import type { Plan } from "../plan/plan.ts";
import { unusedOf } from "../plan/verdict.ts";
import type { Image } from "../registry/image.ts";
import { registryKey } from "../registry/keys.ts";
import type { Repository } from "../registry/repository.ts";
import { ImageLog } from "../report/image-log.ts";
import type { RepositoryOutcome } from "../report/outcome.ts";
import { Tally } from "../report/tally.ts";
import { needsOfHistory } from "../settings/config.ts";
import { type RepositoryPolicy, parsePolicy } from "../settings/policy.ts";
import { hasAnyUse } from "./any-use.ts";
import type { RunContext } from "./context.ts";
import { type Listing, Lister } from "./listing.ts";
import { Planner } from "./make-plan.ts";
import { Rounds, hasNewTag } from "./rounds.ts";

/** The work on one repository: first `list`, then, with evidence begun after that, `clean`. Neither throws. */
export class RepositoryRun {
  readonly #run: RunContext;
  readonly #repository: Repository;
  readonly #tally: Tally;
  readonly #log: ImageLog;
  #workMs = 0;
  #outcome: RepositoryOutcome | undefined;
  readonly #lister: Lister;
  #listing: Listing;
  /** Missing without a store. */
  #memory: RepositoryMemory | undefined;
  /** Missing before the repository is listed, and when there is nothing more to do. */
  #planner: Planner | undefined;

  constructor(run: RunContext, repository: Repository) {
    this.#run = run;
    this.#repository = repository;
    this.#tally = new Tally(repository.name);
    this.#log = new ImageLog(run.log, repository.name);
    this.#lister = new Lister(run, repository);
    this.#listing = this.#lister.nothing;
  }

  /** The key of its registry. */
  get registry(): string {
    const { registryId: account, region } = this.#repository;
    return registryKey({ account, region });
  }

  /** How many images it has. */
  get size(): number {
    return this.#listing.images.length;
  }

  /** Lists the images. */
  async list(): Promise<void> {
    await this.#work(async () => {
      const { config } = this.#run;
      const policy = parsePolicy(this.#repository.tags, config.defaultPolicy);
      const problems = needsOfHistory(policy, config);
      if (problems.length > 0) throw new ConfigError(problems);
      await this.#lister.requireSeen(policy);
      await this.#list();
      this.#openMemory(policy);
      this.#planner = new Planner(this.#run, this.#repository, policy, this.#memory);
    });
  }

  /** Adds the digests of images that are in use by a tag, for what refers to them from other repositories. */
  addDigestsInUse(inUse: InUseImages): void {
    const { images, use } = this.#listing;
    use.addDigests(inUse, images);
  }

  /** Decides on all images and, unless the run is dry, deletes what nothing keeps. */
  async clean(evidence: Evidence): Promise<void> {
    await this.#work(async () => {
      const planner = this.#planner;
      if (planner === undefined) return;
      const plan = await planner.plan(this.#listing, evidence);
      this.#run.observer.onPlan?.(plan);
      this.#requireWithinPercent(plan);
      this.#tally.addPlan(plan);
      this.#log.inUse(plan);
      const unused = unusedOf(plan.decisions);
      if (this.#run.config.dryRun) this.#log.unused(unused);
      else if (unused.length > 0) await this.#delete(this.#confirmedOf(unused), plan, planner);
      this.#tally.complete();
    });
  }

  /** Ends the work and returns what came of it; called again, the same. */
  finish(): RepositoryOutcome {
    if (this.#outcome === undefined) {
      this.#planner = undefined;
      const { arn } = this.#repository;
      this.#outcome = {
        ...this.#tally.outcome(this.#workMs),
        ...(!isEnabled(this.#repository) && { notEnabled: { arn } }),
      };
      this.#log.outcome(this.#outcome);
    }
    return this.#outcome;
  }

  #openMemory({ keepUsedDays: days }: RepositoryPolicy): void {
    const { history, replication } = this.#run;
    const copies = replication?.destinationsOf(this.#repository.name) ?? [];
    this.#memory = history?.of(this.#repository.name, { copies, days });
    const young = days === undefined ? undefined : this.#memory?.proof?.tooYoungFor(days);
    if (young !== undefined) this.#tally.keepUntil(young.until);
  }

  /** Forgets the images that were listed, to free memory. */
  forget(): void {
    this.#listing = this.#lister.nothing;
  }

  /** Does a part of the work; whatever it throws becomes part of the outcome. */
  async #work(part: () => Promise<void>): Promise<void> {
    const startedAt = this.#run.now();
    try {
      await part();
    } catch (error) {
      this.#planner = undefined;
      this.#noteEarlyEnd(error);
    } finally {
      this.#workMs += this.#run.now() - startedAt;
    }
  }

  /** If nearly all of a repository would be deleted, that is more often a mistake than meant. Throws GuardRailError. */
  #requireWithinPercent(plan: Plan): void {
    const { maxDeletePercent } = this.#run.config.guardRails;
    const total = plan.decisions.length;
    const unused = unusedOf(plan.decisions).length;
    if (unused * 100 <= total * maxDeletePercent) return;
    this.#tally.holdBack(plan);
    throw new GuardRailError(
      `${unused} of its ${total} images would be deleted, more than the ${maxDeletePercent} % of MAX_DELETE_PERCENT`,
    );
  }

  /** What a person has confirmed is the most that is deleted, with the tags that the person saw. */
  #confirmedOf(unused: readonly Image[]): Image[] {
    const { confirmed } = this.#run;
    if (confirmed === undefined) return [...unused];
    const plan = confirmed.get(this.#repository.name);
    const shown = new Map(unusedOf(plan?.decisions ?? []).map((image) => [image.digest, image]));
    const isShown = (image: Image) => {
      const before = shown.get(image.digest);
      return before !== undefined && !hasNewTag(before, image);
    };
    this.#tally.leaveUnconfirmed(unused.filter((image) => !isShown(image)));
    return unused.filter(isShown);
  }

  async #delete(wanted: readonly Image[], first: Plan, planner: Planner): Promise<void> {
    this.#requireEnabled();
    this.#requireAnyInUse(first);
    const rounds: Rounds = new Rounds(wanted, {
      deleteBatch: async (batch, plan) => this.#deleteBatch(batch, plan, planner, rounds),
      list: async () => this.#list(),
      plan: async (images, kept) => {
        const evidence = await this.#run.evidence.current();
        return planner.plan({ images, use: this.#listing.use }, evidence, kept);
      },
      childrenOf: async (indexes) => planner.childrenOf(indexes),
      onSpared: (decision) => {
        this.#tally.spare(decision);
        this.#log.spared(decision);
        this.#run.observer.onSpared?.(this.#repository.name, decision);
      },
      budget: this.#run.budget,
    });
    try {
      await rounds.carryOut(first);
    } finally {
      for (const deletion of rounds.results) {
        this.#tally.addDeletion(deletion);
        this.#log.notDeleted(deletion);
        this.#run.observer.onDeletion?.(this.#repository.name, deletion);
      }
    }
  }

  /** A run that plans repositories which are not enabled is dry. This is a second lock on the same door. */
  #requireEnabled(): void {
    if (!isEnabled(this.#repository)) throw new GuardRailError("it is not enabled");
  }

  #requireAnyInUse({ evidence }: Plan): void {
    const { config, evidence: fresh } = this.#run;
    const { registry } = this;
    if (config.guardRails.allowEmptyInUse || hasAnyUse(this.#run, registry, evidence)) return;
    fresh.refuse(
      new ScanError([
        new Error(
          `no image of the registry ${registry} was found to be in use, as in a wrong Region or with a wrong role; ` +
            "if that is right, set ALLOW_EMPTY_IN_USE=true",
        ),
      ]),
    );
  }

  async #list(): Promise<readonly Image[]> {
    this.#listing = await this.#lister.list();
    return this.#listing.images;
  }

  async #deleteBatch(
    batch: readonly Image[],
    plan: Plan,
    planner: Planner,
    rounds: Rounds,
  ): Promise<Deletion[]> {
    this.#requireCurrent(plan);
    try {
      const changed = await this.#findChanged(batch, plan, planner);
      const same = batch.filter((image) => !changed.has(image));
      this.#log.removing(same.filter((image) => !rounds.wasAsked(image)));
      const deletions =
        same.length === 0
          ? []
          : await deleteBatch(this.#run.ecr, this.#repository, same, () =>
              this.#requireCurrent(plan),
            );
      const deleted = deletions.filter(({ outcome }) => outcome === "deleted");
      this.#run.observer.onDeleted?.(deleted.length);
      return [...deletions, ...changed.values()];
    } catch (error) {
      if (isGone(error, REPOSITORY_GONE)) {
        return batch.map((image) => ({ image, outcome: "missing" }));
      }
      if (error instanceof AwsCallError) this.#noteFailedCall(batch, error);
      throw error;
    }
  }

  /** What a failed call deleted is unknown: a later listing can still show it. */
  #noteFailedCall(batch: readonly Image[], { code, message }: AwsCallError): void {
    this.#tally.addFailedImages(batch.length);
    for (const image of batch) {
      const deletion: Deletion = { image, outcome: "failed", code, message };
      this.#run.observer.onDeletion?.(this.#repository.name, deletion);
    }
  }

  #requireCurrent({ evidence }: Plan): void {
    if (!this.#run.evidence.isCurrent(evidence)) throw new OutdatedPlanError();
  }

  /**
   * Deleting by digest takes all tags with it. So it looks just before whether the tags are still those that were listed,
   * and whether the image was pulled since. Throws OutdatedPlanError if one of the images is gone.
   */
  async #findChanged(
    batch: readonly Image[],
    { evidence }: Plan,
    planner: Planner,
  ): Promise<Map<Image, Deletion>> {
    const byDigest = batch.filter(isDeletedByDigest);
    // Asked about no image, ECR describes all of them.
    if (byDigest.length === 0) return new Map();
    const described = await describeImages(this.#run.ecr, this.#repository, byDigest);
    const now = new Map(described?.map((image) => [image.digest, image]));
    return new Map(
      byDigest.flatMap((image): [Image, Deletion][] => {
        const current = now.get(image.digest);
        if (current === undefined) throw new OutdatedPlanError();
        const isPulled = planner.isPulledSince(current, evidence);
        if (isPulled) planner.notePull(current);
        const isSame = haveSameTags(image, current) && !isPulled;
        return isSame ? [] : [[image, retagged(image)]];
      }),
    );
  }

  #noteEarlyEnd(error: unknown): void {
    const { log } = this.#run;
    const fields = { repository: this.#repository.name, ...errorFields(error) };
    if (error instanceof ConfigError || error instanceof GuardRailError) {
      this.#tally.skip(error.message);
      log.warn("Skipping a repository", fields);
    } else if (ENDS_THE_RUN.some((kind) => error instanceof kind)) {
      // The run itself reports it, and the repository counts as not reached.
      return;
    } else if (isGone(error, REPOSITORY_GONE)) {
      log.info("A repository is gone", fields);
      this.#tally.complete();
    } else {
      this.#tally.fail(error);
      log.error("Could not clean a repository", fields);
    }
  }
}

function haveSameTags(one: Image, other: Image): boolean {
  return one.tags.length === other.tags.length && one.tags.every((tag) => other.tags.includes(tag));
}

const ENDS_THE_RUN = [ScanError, OutOfTimeError, DeletionLimitError];
