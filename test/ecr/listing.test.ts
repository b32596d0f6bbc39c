import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  ListTagsForResourceCommand,
  RepositoryNotFoundException,
} from "@aws-sdk/client-ecr";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, test } from "vitest";

import type { AwsClients } from "../../src/aws/clients.ts";
import { listImages } from "../../src/ecr/images.ts";
import { listEnabledRepositories } from "../../src/ecr/repositories.ts";

const ecr = mockClient(ECRClient);
const client = new ECRClient({ region: "eu-west-1" });
// Only what listing asks for.
const aws = { ecr: client, region: "eu-west-1" } as AwsClients;
const repository = { name: "shop/api", registryId: "123456789012", key: "", tags: {} };
const notFound = new RepositoryNotFoundException({ message: "gone", $metadata: {} });

beforeEach(() => {
  ecr.reset();
  ecr.rejects(new Error("not mocked"));
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
    },
    { digest: "sha256:b", tags: [], sizeBytes: 0 },
  ]);
});

test("images are listed page by page, 1000 a call, empty pages included", async () => {
  const first = { registryId: "123456789012", repositoryName: "shop/api", maxResults: 1000 };
  ecr
    .on(DescribeImagesCommand, first)
    .resolves({ imageDetails: [{ imageDigest: "sha256:a" }], nextToken: "2" })
    .on(DescribeImagesCommand, { ...first, nextToken: "2" })
    .resolves({ nextToken: "3" })
    .on(DescribeImagesCommand, { ...first, nextToken: "3" })
    .resolves({ imageDetails: [{ imageDigest: "sha256:b" }] });
  const images = await listImages(client, repository);
  expect(images.map(({ digest }) => digest)).toEqual(["sha256:a", "sha256:b"]);
});

test("a repository that is gone has no images and is not enabled", async () => {
  ecr.on(DescribeImagesCommand).rejects(notFound);
  ecr.on(DescribeRepositoriesCommand).resolves({
    repositories: [{ repositoryName: "gone", registryId: "1", repositoryArn: "arn" }],
  });
  ecr.on(ListTagsForResourceCommand).rejects(notFound);
  expect(await listImages(client, repository)).toEqual([]);
  expect(await listEnabledRepositories(aws, () => true)).toEqual([]);
});

test("a repository without tags is not enabled, and a registry can be empty", async () => {
  ecr
    .on(DescribeRepositoriesCommand)
    .resolvesOnce({
      repositories: [{ repositoryName: "plain", registryId: "1", repositoryArn: "arn" }],
    })
    .resolvesOnce({});
  ecr.on(ListTagsForResourceCommand).resolves({});
  expect(await listEnabledRepositories(aws, () => true)).toEqual([]);
  expect(await listEnabledRepositories(aws, () => true)).toEqual([]);
});
