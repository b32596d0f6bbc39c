import {
  type ECRClient,
  ListTagsForResourceCommand,
  type Tag,
  paginateDescribeRepositories,
} from "@aws-sdk/client-ecr";
import pMap, { pMapSkip } from "p-map";

import { call, collect, isGone, pages } from "../aws/call.ts";
import { type AwsClients, CONCURRENT_CALLS } from "../aws/clients.ts";
import { repositoryKey } from "../image-reference.ts";

/** A repository that its owner has enabled for cleaning. */
export interface Repository {
  readonly name: string;
  /** The account whose registry holds it. */
  readonly registryId: string;
  /** Its canonical key, by which in-use references find it. */
  readonly key: string;
  /** Its resource tags, which carry its settings. */
  readonly tags: Readonly<Record<string, string>>;
}

type Candidate = Omit<Repository, "tags"> & { readonly arn: string };

/** The tag that enables a repository, by exactly the value `true` (as in the original). */
const ENABLED_TAG = "BoxCleanerEnabled";
/** The largest page of DescribeRepositories (API limit). */
const PAGE_SIZE = 1000;

/** Lists the repositories tagged `BoxCleanerEnabled=true`, of those that `isWanted` by name; throws AwsCallError. */
export async function listEnabledRepositories(
  { ecr, region }: AwsClients,
  isWanted: (name: string) => boolean,
): Promise<Repository[]> {
  const candidates = await listRepositories(ecr, region);
  return pMap(
    candidates.filter(({ name }) => isWanted(name)),
    async ({ arn, ...repository }) => {
      const tags = await readTags(ecr, arn);
      return tags[ENABLED_TAG] === "true" ? { ...repository, tags } : pMapSkip;
    },
    { concurrency: CONCURRENT_CALLS },
  );
}

async function listRepositories(ecr: ECRClient, region: string): Promise<Candidate[]> {
  const paginator = paginateDescribeRepositories({ client: ecr, pageSize: PAGE_SIZE }, {});
  return collect(pages("ecr:DescribeRepositories", "the account's registry", paginator), (page) =>
    page.repositories?.map(({ repositoryName = "", registryId = "", repositoryArn = "" }) => ({
      name: repositoryName,
      registryId,
      arn: repositoryArn,
      key: repositoryKey({ account: registryId, region, repository: repositoryName }),
    })),
  );
}

async function readTags(ecr: ECRClient, resourceArn: string): Promise<Record<string, string>> {
  const command = new ListTagsForResourceCommand({ resourceArn });
  try {
    const { tags = [] } = await call("ecr:ListTagsForResource", resourceArn, () =>
      ecr.send(command),
    );
    return Object.fromEntries(tags.map(({ Key, Value }: Tag) => [Key, Value]));
  } catch (error) {
    if (isGone(error, "RepositoryNotFoundException")) return {};
    throw error;
  }
}
