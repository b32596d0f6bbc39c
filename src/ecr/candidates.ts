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

import { AwsCallError, call, collect, isGone, pages } from "../aws/call.ts";
import { type AwsClients, CONCURRENT_CALLS } from "../aws/clients.ts";
import type { Log } from "../log.ts";
import { REPOSITORY_GONE } from "./error-codes.ts";

/** The tag that enables a repository, by exactly the value `true` (as in the original). */
export const ENABLED_TAG = "BoxCleanerEnabled";
export const ENABLED_VALUE = "true";

/** The largest page of DescribeRepositories (API limit). */
const REPOSITORIES_PAGE_SIZE = 1000;
/** The largest page of GetResources (API limit). */
const RESOURCES_PAGE_SIZE = 100;

/**
 * Lists the ARNs of repositories that may be enabled, by the index of tags if it knows any: one call for 100 of them,
 * where asking each repository is one call for one. The index lags behind and is no ground to touch a repository; if
 * it knows none, or cannot be asked, all repositories may be enabled. Throws AwsCallError.
 */
export async function listCandidates({ ecr, tagging }: AwsClients, log: Log): Promise<string[]> {
  try {
    const arns = await listIndexed(tagging);
    if (arns.length > 0) return arns;
    log.info("The index of tags knows no enabled repository, asking each repository", {});
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    log.warn("Cannot ask the index of tags, asking each repository", { reason: error.message });
  }
  return listAll(ecr);
}

/** Finds the ARNs of the repositories with the names given, those that there are; throws AwsCallError. */
export async function findCandidates(
  { ecr }: AwsClients,
  names: readonly string[],
): Promise<string[]> {
  const found = await pMap(names, async (name) => find(ecr, name), {
    concurrency: CONCURRENT_CALLS,
  });
  return found.flat();
}

async function listIndexed(tagging: ResourceGroupsTaggingAPIClient): Promise<string[]> {
  const paginator = paginateGetResources(
    { client: tagging, pageSize: RESOURCES_PAGE_SIZE },
    {
      ResourceTypeFilters: ["ecr:repository"],
      TagFilters: [{ Key: ENABLED_TAG, Values: [ENABLED_VALUE] }],
    },
  );
  return collect(pages("tag:GetResources", "the index of tags", paginator), (page) =>
    page.ResourceTagMappingList?.flatMap(({ ResourceARN }) => ResourceARN ?? []),
  );
}

async function listAll(ecr: ECRClient): Promise<string[]> {
  const paginator = paginateDescribeRepositories(
    { client: ecr, pageSize: REPOSITORIES_PAGE_SIZE },
    {},
  );
  return collect(pages("ecr:DescribeRepositories", "the account's registry", paginator), (page) =>
    page.repositories?.flatMap(arnOf),
  );
}

async function find(ecr: ECRClient, name: string): Promise<string[]> {
  const command = new DescribeRepositoriesCommand({ repositoryNames: [name] });
  try {
    const { repositories = [] } = await call("ecr:DescribeRepositories", `repository ${name}`, () =>
      ecr.send(command),
    );
    return repositories.flatMap(arnOf);
  } catch (error) {
    if (isGone(error, REPOSITORY_GONE)) return [];
    throw error;
  }
}

function arnOf({ repositoryArn }: Described): string[] {
  return repositoryArn === undefined ? [] : [repositoryArn];
}
