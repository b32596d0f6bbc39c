import {
  DescribeRepositoriesCommand,
  ECRClient,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-ecr";
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, test } from "vitest";

import type { Aws } from "../../src/aws/clients.ts";
import { listEnabledRepositories } from "../../src/ecr/repositories.ts";
import { createLog } from "../../src/log.ts";
import { client, mockEcr } from "./mock-ecr.ts";

const ecr = mockEcr();
const tagging = mockClient(ResourceGroupsTaggingAPIClient);
const taggingClient = new ResourceGroupsTaggingAPIClient({ region: "eu-west-1" });
// Only what listing asks for.
const aws = {
  client: (service: { Client: unknown }) => (service.Client === ECRClient ? client : taggingClient),
} as unknown as Aws;
const log = createLog("SILENT");

beforeEach(() => {
  tagging.reset();
  tagging.rejects(new Error("not mocked"));
});

test("an ARN that is no repository's is refused", async () => {
  ecr.on(DescribeRepositoriesCommand).resolves({ repositories: [{ repositoryArn: "arn" }] });
  ecr
    .on(ListTagsForResourceCommand)
    .resolves({ tags: [{ Key: "BoxCleanerEnabled", Value: "true" }] });
  await expect(listEnabledRepositories(aws, ["odd"], log)).rejects.toThrow(
    '"arn" is not the ARN of a repository',
  );
});

const NONE = { repositories: [], unreadable: [] };

test("a registry can be empty", async () => {
  ecr.on(DescribeRepositoriesCommand).resolves({ repositories: [] });
  tagging.on(GetResourcesCommand).resolves({ ResourceTagMappingList: [] });
  expect(await listEnabledRepositories(aws, undefined, log)).toEqual(NONE);
  expect(await listEnabledRepositories(aws, ["missing"], log)).toEqual(NONE);
});

test("an answer without its list is none", async () => {
  ecr.on(DescribeRepositoriesCommand).resolves({});
  tagging.on(GetResourcesCommand).resolves({ ResourceTagMappingList: [] });
  await expect(listEnabledRepositories(aws, undefined, log)).rejects.toThrow("the answer lacks");
  await expect(listEnabledRepositories(aws, ["app"], log)).rejects.toThrow("the answer lacks");
});

test("a repository without an ARN or without tags is not enabled", async () => {
  ecr.on(DescribeRepositoriesCommand).resolves({
    repositories: [{ repositoryName: "odd" }, { repositoryArn: "arn" }],
  });
  ecr.on(ListTagsForResourceCommand).resolves({ tags: [] });
  tagging.on(GetResourcesCommand).resolves({ ResourceTagMappingList: [{}] });
  expect(await listEnabledRepositories(aws, undefined, log)).toEqual(NONE);
});
