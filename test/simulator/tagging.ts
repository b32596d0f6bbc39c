import { type Operation, pageOf, requireRange } from "./operation.ts";

/** The index of tags: it lags behind the repositories, as far as the account says. */
const getResources: Operation = (account, input) => {
  const {
    TagFilters = [],
    ResourceTypeFilters = [],
    ResourcesPerPage = 100,
    PaginationToken,
  } = input;
  requireRange("ResourcesPerPage", ResourcesPerPage, 1, 100);
  const isMatch = (tags: Record<string, string>) =>
    TagFilters.every(({ Key, Values }: { Key: string; Values: string[] }) =>
      Values.includes(tags[Key] ?? ""),
    );
  const found = ResourceTypeFilters.includes("ecr:repository")
    ? [...(account.tagIndex ?? account.repositories)].filter(([, { tags }]) => isMatch(tags))
    : [];
  const { items, nextToken = "" } = pageOf(found, PaginationToken || undefined, ResourcesPerPage);
  const ResourceTagMappingList = items.map(([name, { tags }]) => ({
    ResourceARN: `arn:aws:ecr:${account.region}:${account.id}:repository/${name}`,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  }));
  return { ResourceTagMappingList, PaginationToken: nextToken };
};

export const tagging = { GetResources: getResources };
