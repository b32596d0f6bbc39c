import { BatchDeleteImageCommand, type ImageFailure } from "@aws-sdk/client-ecr";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { AwsCallError } from "../../src/aws/calls.ts";
import { deleteBatch, isDeletedByDigest, toBatches } from "../../src/ecr/deletion.ts";
import type { Image } from "../../src/registry/image.ts";
import { client, mockEcr, repository } from "./mock-ecr.ts";

const ecr = mockEcr();
const image = (digest: string, ...tags: string[]): Image => ({ digest, tags, sizeBytes: 1 });

describe("toBatches", () => {
  test.for([
    { name: "returns no batch for no image", tagCounts: [], sizes: [] },
    {
      name: "returns one batch for 100 untagged images",
      tagCounts: Array(100).fill(0),
      sizes: [100],
    },
    {
      name: "returns three batches for 250 images",
      tagCounts: Array(250).fill(1),
      sizes: [100, 100, 50],
    },
    {
      name: "returns one batch for 100 images with 60 tags each",
      tagCounts: Array(100).fill(60),
      sizes: [100],
    },
  ])("$name", ({ tagCounts, sizes }) => {
    const images = tagCounts.map((count, i) =>
      image(`sha256:${i}`, ...Array.from({ length: count }, (_, tag) => `t${tag}`)),
    );
    expect(toBatches(images).map((batch) => batch.length)).toEqual(sizes);
  });

  test("puts each image in one batch of at most 100, and mixes deletion by tag and by digest in at most one", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3 }), { maxLength: 400 }), (tagCounts) => {
        const images = tagCounts.map((count, i) => image(`sha256:${i}`, ...Array(count).fill("t")));
        const batches = toBatches(images);
        expect(new Set(batches.flat())).toEqual(new Set(images));
        expect(batches.flat()).toHaveLength(images.length);
        for (const batch of batches) expect(batch.length).toBeLessThanOrEqual(100);
        const mixed = batches.filter(
          (batch) => batch.some(isDeletedByDigest) && !batch.every(isDeletedByDigest),
        );
        expect(mixed.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

test("deleteBatch names an image with one tag by tag and digest, and every other image by digest", async () => {
  ecr.on(BatchDeleteImageCommand).resolves({ imageIds: [{ imageDigest: "sha256:a" }] });
  await deleteBatch(client, repository, [
    image("sha256:a", "v1"),
    image("sha256:b", "v2", "v3"),
    image("sha256:c"),
  ]);
  expect(ecr.commandCalls(BatchDeleteImageCommand).map(({ args }) => args[0].input)).toEqual([
    {
      registryId: "123456789012",
      repositoryName: "shop/api",
      imageIds: [
        { imageTag: "v1", imageDigest: "sha256:a" },
        { imageDigest: "sha256:b" },
        { imageDigest: "sha256:c" },
      ],
    },
  ]);
});

interface Answer {
  readonly name: string;
  readonly imageIds?: { imageTag?: string; imageDigest: string }[];
  readonly failures?: ImageFailure[];
  readonly expected: Record<string, string>;
}

const imageDigest = "sha256:a";
const v1 = { imageTag: "v1", imageDigest };

const ANSWERS: readonly Answer[] = [
  { name: "says that the image is deleted", imageIds: [v1], expected: { outcome: "deleted" } },
  {
    name: "says that the image does not exist",
    failures: [{ imageId: v1, failureCode: "ImageNotFound" }],
    expected: { outcome: "missing" },
  },
  {
    name: "says that the tag has moved",
    failures: [{ imageId: v1, failureCode: "ImageTagDoesNotMatchDigest", failureReason: "moved" }],
    expected: { outcome: "refused", code: "ImageTagDoesNotMatchDigest", message: "moved" },
  },
  {
    name: "says that an index lists the image",
    failures: [
      { imageId: v1, failureCode: "ImageReferencedByManifestList", failureReason: "listed" },
    ],
    expected: { outcome: "refused", code: "ImageReferencedByManifestList", message: "listed" },
  },
  {
    name: "gives another reason",
    failures: [{ imageId: v1, failureCode: "KmsError", failureReason: "key disabled" }],
    expected: { outcome: "failed", code: "KmsError", message: "key disabled" },
  },
  {
    name: "names the image as deleted and as failed",
    imageIds: [v1],
    failures: [{ imageId: v1, failureCode: "KmsError", failureReason: "key disabled" }],
    expected: { outcome: "failed", code: "KmsError", message: "key disabled" },
  },
  {
    name: "names only the tag of a failed image",
    failures: [{ imageId: { imageTag: "v1" }, failureCode: "InvalidImageTag" }],
    expected: { outcome: "failed", code: "InvalidImageTag", message: "ECR gave no reason" },
  },
  {
    name: "gives no code for a failure",
    failures: [{ imageId: v1 }],
    expected: { outcome: "failed", code: "Unknown", message: "ECR gave no reason" },
  },
  {
    name: "is empty",
    expected: { outcome: "failed", code: "Unknown", message: "ECR gave no answer" },
  },
  {
    name: "names only another image",
    imageIds: [{ imageDigest: "sha256:b" }],
    failures: [{ failureCode: "MissingDigestAndTag" }],
    expected: { outcome: "failed", code: "Unknown", message: "ECR gave no answer" },
  },
];

describe("deleteBatch reports the outcome of an image if the answer", () => {
  test.for(ANSWERS)("$name", async ({ imageIds, failures, expected }) => {
    ecr.on(BatchDeleteImageCommand).resolves({
      ...(imageIds && { imageIds }),
      ...(failures && { failures }),
    });
    const target = image(imageDigest, "v1");
    const deletions = await deleteBatch(client, repository, [target]);
    expect(deletions).toEqual([{ image: target, ...expected }]);
  });

  test("names its tags one by one", async () => {
    ecr.on(BatchDeleteImageCommand).resolves({ imageIds: [v1, { imageTag: "v2", imageDigest }] });
    const target = image(imageDigest, "v1", "v2");
    const deletions = await deleteBatch(client, repository, [target]);
    expect(deletions).toEqual([{ image: target, outcome: "deleted" }]);
  });
});

test("deleteBatch names the call and the repository if the call fails", async () => {
  ecr.on(BatchDeleteImageCommand).rejects(new Error("connection lost"));
  const deletion = deleteBatch(client, repository, [image("sha256:a")]);
  await expect(deletion).rejects.toThrow(AwsCallError);
  await expect(deletion).rejects.toThrow(
    "ecr:BatchDeleteImage failed for repository shop/api: connection lost",
  );
});
