import {
  type Members,
  type Operation,
  type Place,
  ServiceError,
  pageOf,
  requireRange,
} from "../../operation.ts";
import { type EcrState, findRepository, repositoryArn } from "./state.ts";

export const describeRepositories: Operation<EcrState> = (account, input) => {
  const { repositoryNames, maxResults, nextToken } = input;
  if (repositoryNames === undefined) {
    const size = maxResults ?? 100;
    requireRange("maxResults", size, 1, 1000);
    const { items, ...rest } = pageOf([...account.repositories.keys()], nextToken, size);
    return { repositories: items.map((name) => describe(account, name)), ...rest };
  }
  if (maxResults !== undefined) {
    throw new ServiceError(
      "InvalidParameterException",
      "maxResults cannot be used with repositoryNames",
    );
  }
  requireRange("the number of repositoryNames", repositoryNames.length, 1, 100);
  for (const name of repositoryNames) findRepository(account, name);
  return { repositories: repositoryNames.map((name: string) => describe(account, name)) };
};

function describe(account: Place, name: string): Members {
  return {
    repositoryName: name,
    registryId: account.id,
    repositoryArn: repositoryArn(account, name),
    repositoryUri: `${account.id}.dkr.ecr.${account.region}.amazonaws.com/${name}`,
  };
}

export const listTagsForResource: Operation<EcrState> = (account, { resourceArn }) => {
  const prefix = repositoryArn(account, "");
  const { tags } = findRepository(account, String(resourceArn).replace(prefix, ""));
  return { tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
};

export const describeRegistry: Operation<EcrState> = ({ id, replication }) => ({
  registryId: id,
  replicationConfiguration: { rules: replication },
});
