import {
  type Members,
  type Operation,
  type Place,
  ServiceError,
  nameOf,
  pageOf,
  requireRange,
} from "../../operation.ts";
import { type EcsState, taskDefinitionArnOf } from "./state.ts";

/** Lists families whose name begins with the prefix; an INACTIVE family has no ACTIVE revision. */
export const listTaskDefinitionFamilies: Operation<EcsState> = (account, input) => {
  const { familyPrefix = "", status = "ALL", maxResults = 100, nextToken } = input;
  requireRange("maxResults", maxResults, 1, 100);
  const ids = [...account.taskDefinitions.keys()];
  const active = new Set(ids.filter((id) => isActive(account, id)).map(familyOf));
  const families = [...new Set(ids.map(familyOf))]
    .filter((family) => family.startsWith(familyPrefix))
    .filter((family) => status === "ALL" || active.has(family) === (status === "ACTIVE"))
    .toSorted();
  const { items, ...rest } = pageOf(families, nextToken, maxResults);
  return { families: items, ...rest };
};

/** Lists revisions of one family or of all, the newest last or, for DESC, first. */
export const listTaskDefinitions: Operation<EcsState> = (account, input) => {
  const { familyPrefix, status = "ACTIVE", sort = "ASC", maxResults = 100, nextToken } = input;
  requireRange("maxResults", maxResults, 1, 100);
  const ascending = [...account.taskDefinitions.keys()]
    .filter((id) => familyPrefix === undefined || familyOf(id) === familyPrefix)
    .filter((id) =>
      status === "ACTIVE"
        ? isActive(account, id)
        : !isActive(account, id) && isReferenced(account, id),
    )
    .toSorted((a, b) => familyOf(a).localeCompare(familyOf(b)) || revisionOf(a) - revisionOf(b));
  const ids = sort === "ASC" ? ascending : ascending.toReversed();
  const { items, ...rest } = pageOf(ids, nextToken, maxResults);
  return { taskDefinitionArns: items.map((id) => taskDefinitionArnOf(account, id)), ...rest };
};

/** Describes a revision by its ARN or as `family:revision`, or the newest ACTIVE one by its family alone. */
export const describeTaskDefinition: Operation<EcsState> = (account, { taskDefinition }) => {
  const asked = nameOf(taskDefinition);
  const id = account.taskDefinitions.has(asked) ? asked : newestOf(account, asked);
  if (id === undefined || (!isActive(account, id) && !isReferenced(account, id))) {
    throw new ServiceError("ClientException", "Unable to describe task definition.");
  }
  return { taskDefinition: describe(account, id) };
};

function newestOf(account: EcsState, family: string): string | undefined {
  return [...account.taskDefinitions.keys()]
    .filter((id) => id.startsWith(`${family}:`) && isActive(account, id))
    .toSorted((a, b) => revisionOf(b) - revisionOf(a))[0];
}

function isActive({ inactiveTaskDefinitions }: EcsState, id: string): boolean {
  return !inactiveTaskDefinitions.has(id);
}

/** Whether a task, or a service that is not INACTIVE, uses the revision. */
function isReferenced({ clusters }: EcsState, id: string): boolean {
  return [...clusters.values()].some(
    ({ services, tasks }) =>
      [...tasks.values()].some(({ taskDefinition }) => taskDefinition === id) ||
      [...services.values()].some(
        ({ status, taskDefinition, deployments = [], taskSets = [] }) =>
          status !== "INACTIVE" && [taskDefinition, ...deployments, ...taskSets].includes(id),
      ),
  );
}

function describe(account: Place & EcsState, id: string): Members {
  const images = account.taskDefinitions.get(id) ?? [];
  return {
    taskDefinitionArn: taskDefinitionArnOf(account, id),
    family: familyOf(id),
    revision: revisionOf(id),
    status: isActive(account, id) ? "ACTIVE" : "INACTIVE",
    containerDefinitions: images.map((image, i) => ({
      name: `container-${i}`,
      image,
      environment: i === 0 ? environmentOf(account, id) : [],
    })),
  };
}

function environmentOf({ environments }: EcsState, id: string): Members[] {
  return Object.entries(environments.get(id) ?? {}).map(([name, value]) => ({ name, value }));
}

function familyOf(id: string): string {
  return id.replace(/:\d+$/, "");
}

function revisionOf(id: string): number {
  return Number(id.slice(familyOf(id).length + 1));
}
