import type { SimulatedRepository } from "../../images.ts";
import type { Place } from "../../operation.ts";
import { type World, isEnabled } from "../../world.ts";
import type { EcrState, ReplicationRule } from "./state.ts";

/** The repositories in which the registry repeats deletions; a replica of no account of the world is left out. */
export function replicasOf(
  { replication }: EcrState,
  repositoryName: string,
  world: World<Place & EcrState>,
): SimulatedRepository[] {
  return replication
    .filter((rule) => repeatsDeletions(rule, repositoryName))
    .flatMap(({ destinations }) => destinations)
    .filter(({ registryId, region }) => isEnabled(world, registryId, region))
    .map(({ registryId, region }) => world.place(registryId, region))
    .flatMap(({ repositories }) => repositories.get(repositoryName) ?? []);
}

/** Whether a rule is about the repository; one without filters is about all. */
function repeatsDeletions(rule: ReplicationRule, repositoryName: string): boolean {
  const { deleteReplication, repositoryFilters = [] } = rule;
  if (deleteReplication?.enabled !== true) return false;
  if (repositoryFilters.length === 0) return true;
  return repositoryFilters.some(({ filter }) => repositoryName.startsWith(filter));
}
