import { DescribeImagesCommand, RepositoryNotFoundException } from "@aws-sdk/client-ecr";
import { expect, test } from "vitest";

import { listImages } from "../../src/ecr/images.ts";
import { client, mockEcr, repository } from "./mock-ecr.ts";

const ecr = mockEcr();
const notFound = new RepositoryNotFoundException({ message: "gone", $metadata: {} });

test("listImages returns only what a decision needs", async () => {
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

test("listImages reads every page, 1000 images each, also after an empty page", async () => {
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

test("listImages joins the tags of an image that two pages list, and takes the newer date", async () => {
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

test("listImages returns no images for a repository that is gone", async () => {
  ecr.on(DescribeImagesCommand).rejects(notFound);
  expect(await listImages(client, repository)).toEqual([]);
});
