import { readIndexes } from "../ecr/manifests.ts";
import { isEnabled } from "../ecr/repositories.ts";
import type { RepositoryMemory } from "../history/repository-memory.ts";
import type { Evidence } from "../in-use/evidence.ts";
import type { RepositoryUse } from "../in-use/repository-use.ts";
import { indexesToRead } from "../plan/indexes-to-read.ts";
import { type Plan, type Situation, type Usage, decide, usesOf } from "../plan/plan.ts";
import type { Policy } from "../plan/retention.ts";
import type { Image } from "../registry/image.ts";
import { registryKey } from "../registry/keys.ts";
import type { Repository } from "../registry/repository.ts";
import { hasAnyUse } from "./any-use.ts";
import type { RunContext } from "./context.ts";
import type { Listing } from "./listing.ts";

/** Plans one repository again and again, and remembers the indexes that it has read: their content never changes. */
export class Planner {
  readonly #run: RunContext;
  readonly #repository: Repository;
  readonly #policy: Policy;
  readonly #memory: RepositoryMemory | undefined;
  readonly #manifests: Map<string, readonly string[]>;
  #firstListed: readonly Image[] | undefined;
  /** Reading an index stamps its pull time, so its time from before counts. */
  readonly #pullsBeforeReading = new Map<string, number | undefined>();

  /** @param memory what is known of the use of its images; missing without a store */
  constructor(
    run: RunContext,
    repository: Repository,
    policy: Policy,
    memory: RepositoryMemory | undefined,
  ) {
    this.#memory = memory;
    this.#run = run;
    this.#repository = repository;
    this.#policy = policy;
    const confirmed = run.confirmed?.get(repository.name);
    this.#manifests = new Map(confirmed?.manifests);
    for (const { image } of confirmed?.decisions ?? []) this.#rememberPull(image);
  }

  /**
   * Plans the images of a listing, and reads the indexes whose content can change a verdict, until there are
   * no further ones. With evidence as the original's, it reads none. Throws AwsCallError.
   *
   * @param answered images that the run was to delete and that are still there: they are kept
   */
  async plan(
    { images, use }: Listing,
    evidence: Evidence,
    answered: ReadonlySet<string> = new Set(),
  ): Promise<Plan> {
    const { config, now } = this.#run;
    const situation: Omit<Situation, "manifests"> = {
      firstListed: this.#firstListed,
      images: images.map((image) => this.#withoutOwnPull(image)),
      policy: this.#policy,
      usage: this.#withHistory(usageOf(use, evidence, answered)),
      proof: this.#memory?.proof,
      evidenceSince: evidence.startedAt,
      now: now(),
    };
    this.#firstListed ??= situation.images;
    this.#noteUses({ ...situation, usage: usageOf(use, evidence) }, evidence);
    for (;;) {
      const manifests = new Map(this.#manifests);
      const decisions = decide({ ...situation, manifests });
      const unread =
        config.evidence === "full" ? indexesToRead(decisions, manifests, situation.usage) : [];
      if (unread.length === 0) {
        const madeAt = situation.now;
        return { repository: this.#repository, decisions, manifests, evidence, madeAt };
      }
      await this.#read(unread);
    }
  }

  /** Notes that an image was pulled while the run was about to delete it. */
  notePull(image: Image): void {
    const pulledAt = new Date(image.pulledAt ?? 0).toISOString();
    const use = { user: `pulled ${pulledAt}, during a run`, isPinned: false };
    this.#memory?.noteUses(new Map([[image.digest, use]]));
  }

  /** What was used lately needs what lists it and what refers to it, as what is in use does. */
  #withHistory(usage: Usage): Usage {
    const { history } = this.#run;
    const { keepUsedDays: days } = this.#policy;
    if (history === undefined) return usage;
    const wasPinned = ({ digest }: Image) =>
      days !== undefined && this.#memory?.proof?.recentUse(digest, days)?.isPinned === true;
    return {
      ...usage,
      isPinned: (image) => usage.isPinned(image) || wasPinned(image),
      wasInUseElsewhere: (digest) => history.mayKeep(digest),
    };
  }

  /**
   * A repository that is only looked at has no history: it would have holes. And a run that finds nothing in use proves nothing,
   * unless that is allowed.
   */
  #noteUses(
    situation: Pick<Situation, "images" | "usage" | "evidenceSince">,
    evidence: Evidence,
  ): void {
    if (this.#memory === undefined || !isEnabled(this.#repository)) return;
    const { registryId: account, region } = this.#repository;
    const { allowEmptyInUse } = this.#run.config.guardRails;
    if (!allowEmptyInUse && !hasAnyUse(this.#run, registryKey({ account, region }), evidence))
      return;
    this.#memory.noteUses(usesOf(situation));
    this.#memory.notePresent(new Set(situation.images.map(({ digest }) => digest)));
  }

  /** The digests that some indexes list, read if need be. With evidence as the original's, none is read. Throws AwsCallError. */
  async childrenOf(indexes: readonly Image[]): Promise<ReadonlySet<string>> {
    if (this.#run.config.evidence === "full") {
      await this.#read(indexes.filter(({ digest }) => !this.#manifests.has(digest)));
    }
    return new Set(indexes.flatMap(({ digest }) => this.#manifests.get(digest) ?? []));
  }

  async #read(indexes: readonly Image[]): Promise<void> {
    for (const index of indexes) this.#pullsBeforeReading.set(index.digest, index.pulledAt);
    for (const [digest, children] of await readIndexes(this.#run.ecr, this.#repository, indexes)) {
      this.#manifests.set(digest, children);
    }
  }

  /** Whether an image was pulled since the evidence was begun, other than by this run. */
  isPulledSince({ digest, pulledAt }: Image, { startedAt }: Evidence): boolean {
    return pulledAt !== undefined && pulledAt >= startedAt && !this.#pullsBeforeReading.has(digest);
  }

  #rememberPull({ digest, pulledAt }: Image): void {
    if (this.#manifests.has(digest)) this.#pullsBeforeReading.set(digest, pulledAt);
  }

  #withoutOwnPull(image: Image): Image {
    if (!this.#pullsBeforeReading.has(image.digest)) return image;
    return { ...image, pulledAt: this.#pullsBeforeReading.get(image.digest) };
  }
}

function usageOf(
  use: RepositoryUse,
  { images }: Evidence,
  answered: ReadonlySet<string> = new Set(),
): Usage {
  return {
    placesOf: (image) =>
      answered.has(image.digest) ? ["ECR keeps it"] : use.placesOf(images, image),
    isPinned: (image) => use.isPinned(images, image),
    isInUseElsewhere: (digest) => images.hasDigest(digest),
  };
}
