import type { Account } from "../../../simulator/account.ts";
import type { SimulatedRepository } from "../../../simulator/images.ts";
import { type TriedOrganization, nameOf, placesIn } from "../places.ts";
import { type InUse, readInUse } from "./evidence.ts";
import { isSame, placesRead } from "./places.ts";
import { type Settings, isOriginal } from "./settings.ts";

/** A repository in which ECR repeats the deletions of one of home, and what is in use of its registry. */
export interface Copy {
  readonly registry: Account;
  /** Missing if the registry has no such repository. */
  readonly repository: SimulatedRepository | undefined;
  readonly inUse: InUse;
}

/** The places in which ECR repeats the deletions of a repository. */
export function copyPlacesOf({ home, place, members }: TriedOrganization, name: string): Account[] {
  return home.replication
    .filter(
      ({ deleteReplication, repositoryFilters = [] }) =>
        deleteReplication?.enabled === true &&
        (repositoryFilters.length === 0 ||
          repositoryFilters.some(({ filter }) => name.startsWith(filter))),
    )
    .flatMap(({ destinations }) => destinations)
    .filter(({ registryId }) => members.has(registryId))
    .map(({ registryId, region }) => place(registryId, region));
}

/** Everything that the registries beside home have: digests, and tags of digests. */
export function contentOfCopies(organization: TriedOrganization): string[] {
  return factsOf(organization, () => true);
}

/** What of it no run may lose: what somebody uses that the run reads. The original reads no rules of replication. */
export function usedInCopies(organization: TriedOrganization, settings: Settings): string[] {
  if (isOriginal(settings)) return [];
  const places = placesRead(organization, settings);
  if (places === undefined) return contentOfCopies(organization);
  return factsOf(organization, (registry, name) => {
    const { wholeRepositories, names } = readInUse(places, registry, settings);
    return wholeRepositories.has(name) || names;
  });
}

/** @param inUse whether all of a repository is in use, or what is: `repository:tag` and `repository@digest` */
function factsOf(
  organization: TriedOrganization,
  inUse: (registry: Account, name: string) => boolean | ReadonlySet<string>,
): string[] {
  const registries = placesIn(organization).filter((place) => !isSame(place, organization.home));
  return registries.flatMap((registry) =>
    [...registry.repositories].flatMap(([name, { images }]) => {
      const used = inUse(registry, name);
      const isUsed = (key: string) => (typeof used === "boolean" ? used : used.has(key));
      return [...images.values()].flatMap(({ digest, tags }) => {
        const image = `${nameOf(registry)}/${name}@${digest}`;
        const kept = [...tags].filter((tag) => isUsed(`${name}:${tag}`));
        return kept.length > 0 || isUsed(`${name}@${digest}`)
          ? [image, ...kept.map((tag) => `${image} ${tag}`)]
          : [];
      });
    }),
  );
}
