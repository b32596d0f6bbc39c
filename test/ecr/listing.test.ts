import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  ListTagsForResourceCommand,
  RepositoryNotFoundException,
} from "@aws-sdk/client-ecr";
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, test } from "vitest";

import type { Aws } from "../../src/aws/clients.ts";
import { listImages } from "../../src/ecr/images.ts";
import { listEnabledRepositories } from "../../src/ecr/repositories.ts";
import { createLog } from "../../src/log.ts";

const ecr = mockClient(ECRClient);
const client = new ECRClient({ region: "eu-west-1" });
const tagging = mockClient(ResourceGroupsTaggingAPIClient);
// Only what listing asks for.
const taggingClient = new ResourceGroupsTaggingAPIClient({ region: "eu-west-1" });
const aws = {
  client: (service: { Client: unknown }) => (service.Client === ECRClient ? client : taggingClient),
} as unknown as Aws;
const log = createLog("SILENT");
const repository = {
  name: "shop/api",
  registryId: "123456789012",
  region: "eu-west-1",
  key: "",
  tags: {},
};
const notFound = new RepositoryNotFoundException({ message: "gone", $metadata: {} });

beforeEach(() => {
  ecr.reset();
  ecr.rejects(new Error("not mocked"));
  tagging.reset();
  tagging.rejects(new Error("not mocked"));
});

test("an image becomes a small record of what decisions need", async () => {
  const pushedAt = new Date("2026-01-01T00:00:00Z");
  ecr.on(DescribeImagesCommand).resolves({
    imageDetails: [
      {
        registryId: "123456789012",
        imageDigest: "sha256:a",
        imageTags: ["v1", "v2"],
        imageSizeInBytes: 7,
        imagePushedAt: pushedAt,
        imageManifestMediaType: "application/vnd.oci.image.index.v1+json",
        subjectManifestDigest: "sha256:s",
        imageStatus: "ACTIVATING",
        imageScanStatus: { status: "COMPLETE" },
      },
      { imageDigest: "sha256:b" },
      { imageTags: ["without a digest"] },
    ],
  });
  expect(await listImages(client, repository)).toEqual([
    {
      digest: "sha256:a",
      tags: ["v1", "v2"],
      sizeBytes: 7,
      pushedAt: pushedAt.getTime(),
      mediaType: "application/vnd.oci.image.index.v1+json",
      subject: "sha256:s",
      isArchived: true,
    },
    { digest: "sha256:b", tags: [], sizeBytes: 0, isArchived: false },
  ]);
});

test("images are listed page by page, 1000 a call, empty pages included", async () => {
  const first = {
    registryId: "123456789012",
    repositoryName: "shop/api",
    filter: { imageStatus: "ANY" },
    maxResults: 1000,
  } as const;
  ecr
    .on(DescribeImagesCommand, first)
    .resolves({ imageDetails: [{ imageDigest: "sha256:a" }], nextToken: "2" })
    .on(DescribeImagesCommand, { ...first, nextToken: "2" })
    .resolves({ imageDetails: [], nextToken: "3" })
    .on(DescribeImagesCommand, { ...first, nextToken: "3" })
    .resolves({ imageDetails: [{ imageDigest: "sha256:b" }] });
  const images = await listImages(client, repository);
  expect(images.map(({ digest }) => digest)).toEqual(["sha256:a", "sha256:b"]);
});

test("an image that shifting pages list twice has the tags of both, and the newer date", async () => {
  const [older, newer] = [new Date("2026-01-01"), new Date("2026-02-01")];
  ecr.on(DescribeImagesCommand).resolves({
    imageDetails: [
      { imageDigest: "sha256:a", imagePushedAt: newer },
      { imageDigest: "sha256:b", imagePushedAt: newer },
      { imageDigest: "sha256:a", imagePushedAt: older, imageTags: ["prod"] },
      { imageDigest: "sha256:b", imageTags: ["v1"] },
    ],
  });
  expect(await listImages(client, repository)).toMatchObject([
    { digest: "sha256:a", tags: ["prod"], pushedAt: newer.getTime() },
    { digest: "sha256:b", tags: ["v1"], pushedAt: undefined },
  ]);
});

test("a repository that is gone has no images", async () => {
  ecr.on(DescribeImagesCommand).rejects(notFound);
  expect(await listImages(client, repository)).toEqual([]);
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
