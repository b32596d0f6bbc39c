import type { SimulatedRepository } from "../images.ts";
import { type Operation, mapOf, pageOf, requireRange } from "../operation.ts";
import { jsonService } from "../service.ts";
import type { EcrState } from "./ecr/state.ts";

interface TaggingState {
  /** What the index of tags lists of repositories, where that differs from the repositories. */
  readonly tagIndex?: ReadonlyMap<string, SimulatedRepository>;
}

interface TaggingParts {
  readonly tagIndex?: Record<string, SimulatedRepository>;
}

function createTaggingState({ tagIndex }: TaggingParts): TaggingState {
  return tagIndex === undefined ? {} : { tagIndex: mapOf(tagIndex, (repository) => repository) };
}

/** The index of tags: it lags behind the repositories, as far as the account says. */
const getResources: Operation<EcrState & TaggingState> = (account, input) => {
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

export const tagging = jsonService({
  prefix: "tag",
  sdkId: "Resource Groups Tagging API",
  pageToken: "PaginationToken",
  createState: createTaggingState,
  version: "1.1",
  target: "ResourceGroupsTaggingAPI_20170126",
  throttled: { code: "ThrottledException", status: 400 },
  operations: { GetResources: getResources },
});
