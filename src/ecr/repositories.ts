import { type ECRClient, ListTagsForResourceCommand, type Tag } from "@aws-sdk/client-ecr";
import pMap from "p-map";

import { AwsCallError, call, isGone, required } from "../aws/calls.ts";
import { type Aws, CONCURRENT_CALLS } from "../aws/clients.ts";
import type { Log } from "../log.ts";
import { repositoryKey } from "../registry/keys.ts";
import type { Repository } from "../registry/repository.ts";
import { ENABLED_TAG, ENABLED_VALUE } from "../settings/settings.ts";
import { type UnreadableRepository, findCandidates, listCandidates } from "./candidates.ts";
import { ECR, REPOSITORY_GONE } from "./ecr.ts";

/** The enabled repositories, those that are named and not enabled, and those whose tags cannot be read. */
export interface EnabledRepositories {
  readonly repositories: readonly Repository[];
  /** Empty if no names are given. */
  readonly notEnabled: readonly Repository[];
  readonly unreadable: readonly UnreadableRepository[];
  /** The account of the registry; missing if no repository was found. */
  readonly account: string | undefined;
}

/** Whether a repository's own tags enable it. */
export function isEnabled({ tags }: Pick<Repository, "tags">): boolean {
  return tags[ENABLED_TAG] === ENABLED_VALUE;
}

/**
 * Lists the repositories that are tagged `BoxCleanerEnabled=true` themselves, of those named or of all. A repository whose
 * tags cannot be read is unreadable. If its own policy denies them and nothing says that it is enabled, it is skipped with a
 * warning. Throws AwsCallError if no repository's tags can be read: then the role lacks the permission.
 */
export async function listEnabledRepositories(
  aws: Aws,
  names: readonly string[] | undefined,
  log: Log,
): Promise<EnabledRepositories> {
  const candidates = await (names === undefined
    ? listCandidates(aws, log)
    : findCandidates(aws, names));
  const arns = [...new Set(candidates.arns)];
  const found = await pMap(arns, async (arn) => readRepository(aws.client(ECR), arn, names), {
    concurrency: CONCURRENT_CALLS,
  });
  const readable = found.flatMap((each) => (each?.kind === "readable" ? [each.repository] : []));
  const unreadable = found.flatMap((each) => (each?.kind === "unreadable" ? [each] : []));
  const [first] = unreadable;
  if (first !== undefined && unreadable.length === arns.length) throw first.error;

  const isSkipped = ({ error }: UnreadableRepository) => !candidates.areLikely && error.isDenied;
  for (const { name, error } of unreadable.filter(isSkipped)) {
    log.warn("Skipping a repository whose tags cannot be read", {
      repository: name,
      reason: error.message,
    });
  }
  return {
    repositories: readable.filter(isEnabled),
    notEnabled: readable.filter((each) => !isEnabled(each)),
    account: REPOSITORY_ARN.exec(arns[0] ?? "")?.groups?.["account"],
    unreadable: [...candidates.unreadable, ...unreadable.filter((each) => !isSkipped(each))],
  };
}

/** Nothing for a repository that is gone, or neither enabled nor named. */
async function readRepository(
  ecr: ECRClient,
  arn: string,
  names: readonly string[] | undefined,
): Promise<{ kind: "readable"; repository: Repository } | UnreadableRepository | undefined> {
  try {
    const tags = await readTags(ecr, arn);
    if (names === undefined && !isEnabled({ tags })) return undefined;
    return { kind: "readable", repository: toRepository(arn, tags) };
  } catch (error) {
    if (isGone(error, REPOSITORY_GONE)) return undefined;
    if (error instanceof AwsCallError) return { kind: "unreadable", name: nameOf(arn), error };
    throw error;
  }
}

const REPOSITORY_ARN = /^arn:[^:]+:ecr:(?<region>[^:]+):(?<account>\d+):repository\/(?<name>.+)$/;

function nameOf(arn: string): string {
  return REPOSITORY_ARN.exec(arn)?.groups?.["name"] ?? arn;
}

function toRepository(arn: string, tags: Repository["tags"]): Repository {
  const { region, account, name } = REPOSITORY_ARN.exec(arn)?.groups ?? {};
  if (region === undefined || account === undefined || name === undefined) {
    throw new Error(`"${arn}" is not the ARN of a repository`);
  }
  const key = repositoryKey({ account, region, repository: name });
  return { name, arn, registryId: account, region, key, tags };
}

async function readTags(ecr: ECRClient, resourceArn: string): Promise<Record<string, string>> {
  const action = "ecr:ListTagsForResource";
  const command = new ListTagsForResourceCommand({ resourceArn });
  const { tags } = await call(action, resourceArn, () => ecr.send(command));
  return Object.fromEntries(
    required(tags, action, resourceArn).map(({ Key, Value }: Tag) => [Key, Value]),
  );
}
