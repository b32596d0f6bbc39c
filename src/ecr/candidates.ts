import {
  type Repository as Described,
  DescribeRepositoriesCommand,
  type ECRClient,
  paginateDescribeRepositories,
} from "@aws-sdk/client-ecr";
import {
  type ResourceGroupsTaggingAPIClient,
  paginateGetResources,
} from "@aws-sdk/client-resource-groups-tagging-api";
import pMap from "p-map";

import { AwsCallError, call, collect, isGone, required } from "../aws/calls.ts";
import { type Aws, CONCURRENT_CALLS } from "../aws/clients.ts";
import type { Log } from "../log.ts";
import { ENABLED_TAG, ENABLED_VALUE } from "../settings/settings.ts";
import { ECR, REPOSITORY_GONE, TAGGING } from "./ecr.ts";

/** The largest page of DescribeRepositories (API limit). */
const REPOSITORIES_PAGE_SIZE = 1000;
/** The largest page of GetResources (API limit). */
const RESOURCES_PAGE_SIZE = 100;

/** A repository whose tags cannot be read. */
export interface UnreadableRepository {
  readonly kind: "unreadable";
  readonly name: string;
  readonly error: AwsCallError;
}

/** The repositories that may be enabled. */
export interface Candidates {
  readonly arns: readonly string[];
  readonly unreadable: readonly UnreadableRepository[];
  /** Whether they are expected to be enabled: the tag index or the request names them. */
  readonly areLikely: boolean;
}

/**
 * Lists the repositories that may be enabled. The tag index knows 100 of them by one call, where asking each repository
 * is one call for one. The index lags behind, so it never decides. If it knows none, or cannot be read, every repository
 * may be enabled. Throws AwsCallError.
 */
export async function listCandidates({ client }: Aws, log: Log): Promise<Candidates> {
  try {
    const arns = await listIndexed(client(TAGGING));
    if (arns.length > 0) return { arns, unreadable: [], areLikely: true };
    log.info("The tag index knows no enabled repository, asking each repository", {});
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    log.warn("Cannot read the tag index, asking each repository", { reason: error.message });
  }
  return { arns: await listAll(client(ECR)), unreadable: [], areLikely: false };
}

/** Finds those of the repositories named that exist. Throws AwsCallError if none can be described. */
export async function findCandidates(
  { client }: Aws,
  names: readonly string[],
): Promise<Candidates> {
  const found = await pMap(names, async (name) => find(client(ECR), name), {
    concurrency: CONCURRENT_CALLS,
  });
  const unreadable = found.flatMap((each) => ("error" in each ? [each] : []));
  const [first] = unreadable;
  if (first !== undefined && unreadable.length === names.length) throw first.error;
  return {
    arns: found.flatMap((each) => ("error" in each ? [] : each.arns)),
    unreadable,
    areLikely: true,
  };
}

async function listIndexed(tagging: ResourceGroupsTaggingAPIClient): Promise<string[]> {
  const paginator = paginateGetResources(
    { client: tagging, pageSize: RESOURCES_PAGE_SIZE },
    {
      ResourceTypeFilters: ["ecr:repository"],
      TagFilters: [{ Key: ENABLED_TAG, Values: [ENABLED_VALUE] }],
    },
  );
  return collect({ action: "tag:GetResources", resource: "the tag index", paginator }, (page) =>
    page.ResourceTagMappingList?.flatMap(({ ResourceARN }) => ResourceARN ?? []),
  );
}

async function listAll(ecr: ECRClient): Promise<string[]> {
  const paginator = paginateDescribeRepositories(
    { client: ecr, pageSize: REPOSITORIES_PAGE_SIZE },
    {},
  );
  return collect(
    { action: "ecr:DescribeRepositories", resource: "the account's registry", paginator },
    (page) => page.repositories?.flatMap(arnOf),
  );
}

async function find(
  ecr: ECRClient,
  name: string,
): Promise<{ arns: string[] } | UnreadableRepository> {
  const action = "ecr:DescribeRepositories";
  const resource = `repository ${name}`;
  const command = new DescribeRepositoriesCommand({ repositoryNames: [name] });
  try {
    const { repositories } = await call(action, resource, () => ecr.send(command));
    return { arns: required(repositories, action, resource).flatMap(arnOf) };
  } catch (error) {
    if (isGone(error, REPOSITORY_GONE)) return { arns: [] };
    if (error instanceof AwsCallError) return { kind: "unreadable", name, error };
    throw error;
  }
}

function arnOf({ repositoryArn }: Described): string[] {
  return repositoryArn === undefined ? [] : [repositoryArn];
}
