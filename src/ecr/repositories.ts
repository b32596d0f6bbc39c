import { type ECRClient, ListTagsForResourceCommand, type Tag } from "@aws-sdk/client-ecr";
import pMap, { pMapSkip } from "p-map";

import { call, isGone } from "../aws/call.ts";
import { type AwsClients, CONCURRENT_CALLS } from "../aws/clients.ts";
import { repositoryKey } from "../registry/reference.ts";
import type { Log } from "../log.ts";
import { ENABLED_TAG, ENABLED_VALUE, findCandidates, listCandidates } from "./candidates.ts";
import { REPOSITORY_GONE } from "./error-codes.ts";

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

/**
 * Lists the repositories that are tagged `BoxCleanerEnabled=true` by their own word, of those named or of all; throws
 * AwsCallError.
 */
export async function listEnabledRepositories(
  aws: AwsClients,
  names: readonly string[] | undefined,
  log: Log,
): Promise<Repository[]> {
  const arns = await (names === undefined ? listCandidates(aws, log) : findCandidates(aws, names));
  const confirm = async (arn: string) => {
    const tags = await readTags(aws.ecr, arn);
    return tags[ENABLED_TAG] === ENABLED_VALUE ? toRepository(arn, tags) : pMapSkip;
  };
  return pMap(new Set(arns), confirm, { concurrency: CONCURRENT_CALLS });
}

const REPOSITORY_ARN = /^arn:[^:]+:ecr:(?<region>[^:]+):(?<account>\d+):repository\/(?<name>.+)$/;

function toRepository(arn: string, tags: Repository["tags"]): Repository {
  const { region, account, name } = REPOSITORY_ARN.exec(arn)?.groups ?? {};
  if (region === undefined || account === undefined || name === undefined) {
    throw new Error(`This is no ARN of a repository: ${arn}`);
  }
  const key = repositoryKey({ account, region, repository: name });
  return { name, registryId: account, key, tags };
}

async function readTags(ecr: ECRClient, resourceArn: string): Promise<Record<string, string>> {
  const command = new ListTagsForResourceCommand({ resourceArn });
  try {
    const { tags = [] } = await call("ecr:ListTagsForResource", resourceArn, () =>
      ecr.send(command),
    );
    return Object.fromEntries(tags.map(({ Key, Value }: Tag) => [Key, Value]));
  } catch (error) {
    if (isGone(error, REPOSITORY_GONE)) return {};
    throw error;
  }
}
