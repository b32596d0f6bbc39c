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
// Only what listEnabledRepositories uses.
const aws = {
  client: (service: { Client: unknown }) => (service.Client === ECRClient ? client : taggingClient),
} as unknown as Aws;
const log = createLog("SILENT");

beforeEach(() => {
  tagging.reset();
  tagging.rejects(new Error("not mocked"));
});

test("listEnabledRepositories refuses an ARN that names no repository", async () => {
  ecr.on(DescribeRepositoriesCommand).resolves({ repositories: [{ repositoryArn: "arn" }] });
  ecr
    .on(ListTagsForResourceCommand)
    .resolves({ tags: [{ Key: "BoxCleanerEnabled", Value: "true" }] });
  await expect(listEnabledRepositories(aws, ["odd"], log)).rejects.toThrow(
    '"arn" is not the ARN of a repository',
  );
});

const NONE = { repositories: [], notEnabled: [], unreadable: [] };

test("listEnabledRepositories returns nothing for an empty registry", async () => {
  ecr.on(DescribeRepositoriesCommand).resolves({ repositories: [] });
  tagging.on(GetResourcesCommand).resolves({ ResourceTagMappingList: [] });
  expect(await listEnabledRepositories(aws, undefined, log)).toEqual(NONE);
  expect(await listEnabledRepositories(aws, ["missing"], log)).toEqual(NONE);
});

test("listEnabledRepositories fails if an answer lacks its list", async () => {
  ecr.on(DescribeRepositoriesCommand).resolves({});
  tagging.on(GetResourcesCommand).resolves({ ResourceTagMappingList: [] });
  await expect(listEnabledRepositories(aws, undefined, log)).rejects.toThrow("the answer lacks");
  await expect(listEnabledRepositories(aws, ["app"], log)).rejects.toThrow("the answer lacks");
});

test("listEnabledRepositories skips a repository without an ARN or without tags", async () => {
  ecr.on(DescribeRepositoriesCommand).resolves({
    repositories: [{ repositoryName: "odd" }, { repositoryArn: "arn" }],
  });
  ecr.on(ListTagsForResourceCommand).resolves({ tags: [] });
  tagging.on(GetResourcesCommand).resolves({ ResourceTagMappingList: [{}] });
  expect(await listEnabledRepositories(aws, undefined, log)).toEqual(NONE);
  await expect(listEnabledRepositories(aws, ["odd"], log)).rejects.toThrow("is not the ARN");
});
