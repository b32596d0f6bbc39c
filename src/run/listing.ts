import { AwsCallError } from "../aws/calls.ts";
import { listImages } from "../ecr/images.ts";
import { GuardRailError } from "../errors.ts";
import { RepositoryUse } from "../in-use/repository-use.ts";
import type { Image } from "../registry/image.ts";
import { repositoryKey } from "../registry/keys.ts";
import { Replica } from "../registry/replica.ts";
import type { Repository } from "../registry/repository.ts";
import type { RepositoryPolicy } from "../settings/policy.ts";
import type { RunContext } from "./context.ts";
import type { Registry } from "./registries.ts";
import { requireSeenPullers } from "./unseen-pullers.ts";

/** The images of a repository, and how to find out where they are in use. */
export interface Listing {
  readonly images: readonly Image[];
  readonly use: RepositoryUse;
}

/** A copy of the repository, in which ECR repeats deletions. */
interface Copy {
  readonly repository: Repository;
  readonly registry: Registry;
  /** The registry's name, `account/region`. */
  readonly place: string;
}

/** Lists one repository, with the copies that lose images with it. */
export class Lister {
  readonly #run: RunContext;
  readonly #repository: Repository;
  readonly #copies: readonly Copy[];
  /** The registries, `account/region`, of copies that the run does not read. */
  readonly #unread: readonly string[];

  constructor(run: RunContext, repository: Repository) {
    this.#run = run;
    this.#repository = repository;
    const destinations = run.replication?.destinationsOf(repository.name) ?? [];
    const copies = destinations.map((key) => ({ key, registry: run.registries.at(key) }));
    this.#unread = copies.flatMap(({ key, registry }) => (registry === undefined ? [key] : []));
    this.#copies = copies.flatMap(({ key, registry }) =>
      registry === undefined ? [] : [{ registry, repository: copyOf(repository, key), place: key }],
    );
  }

  /**
   * Throws GuardRailError if the run does not read all who may use an image: where ECR repeats a deletion, or where somebody
   * may pull from.
   */
  async requireSeen(policy: RepositoryPolicy): Promise<void> {
    if (this.#unread.length > 0) throw new GuardRailError(sayWhereUnread(this.#unread));
    const { config, registries } = this.#run;
    if (config.evidence === "original" || policy.unseenPullers === "ignore") return;
    await requireSeenPullers(this.#repository, registries.own.policies, "it");
    for (const { repository, registry, place } of this.#copies) {
      await naming(place, async () =>
        requireSeenPullers(repository, registry.policies, `its copy in ${place}`),
      );
    }
  }

  /** What is known before `list`. */
  get nothing(): Listing {
    return { images: [], use: new RepositoryUse(this.#repository.key, []) };
  }

  /** Throws AwsCallError. */
  async list(): Promise<Listing> {
    const listCopy = async ({ repository, registry, place }: Copy) =>
      new Replica(
        repository.key,
        await naming(place, async () => listImages(registry.ecr, repository)),
      );
    // Waited for together: a failure that nobody waits for yet would end the whole process.
    const [images, replicas] = await Promise.all([
      listImages(this.#run.ecr, this.#repository),
      Promise.all(this.#copies.map(listCopy)),
    ]);
    const use = new RepositoryUse(this.#repository.key, replicas);
    return { images: images.map((image) => use.withLatestPull(image)), use };
  }
}

/** Names the registry in what fails of a copy, whose name is that of the repository itself. */
async function naming<Result>(place: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    throw new AwsCallError(error.action, `${error.resource} in ${place}`, error.cause);
  }
}

function sayWhereUnread(destinations: readonly string[]): string {
  return (
    `ECR repeats its deletions in ${destinations.join(", ")}, and this run does not read what is in use there: ` +
    "add the accounts to IN_USE_ACCOUNTS and the Regions to IN_USE_REGIONS, or turn off the replication of deletions for it"
  );
}

/** The repository of the same name in another registry, `account/region`. */
function copyOf({ name, arn }: Repository, registry: string): Repository {
  const [account = "", region = ""] = registry.split("/");
  const [, partition] = arn.split(":");
  return {
    name,
    arn: `arn:${partition}:ecr:${region}:${account}:repository/${name}`,
    registryId: account,
    region,
    key: repositoryKey({ account, region, repository: name }),
    tags: {},
  };
}
