import { BatchDeleteImageCommand, ECRClient, type ImageFailure } from "@aws-sdk/client-ecr";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";

import { AwsCallError } from "../../src/aws/call.ts";
import { deleteBatch, toBatches } from "../../src/ecr/deletion.ts";
import type { Image } from "../../src/registry/image.ts";

const ecr = mockClient(ECRClient);
const client = new ECRClient({ region: "eu-west-1" });
const repository = { name: "shop/api", registryId: "123456789012", key: "", tags: {} };

const image = (digest: string, ...tags: string[]): Image => ({ digest, tags, sizeBytes: 1 });

beforeEach(() => {
  ecr.reset();
  ecr.rejects(new Error("not mocked"));
});

describe("batches", () => {
  test.for([
    { name: "none for no image", tagCounts: [], sizes: [] },
    { name: "one for 100 untagged images", tagCounts: Array(100).fill(0), sizes: [100] },
    { name: "three for 250 images", tagCounts: Array(250).fill(1), sizes: [100, 100, 50] },
    { name: "an image's tags together", tagCounts: [60, 60], sizes: [1, 1] },
    { name: "exactly full", tagCounts: [60, 40, 1], sizes: [2, 1] },
    { name: "an image with more tags alone", tagCounts: [1, 101, 1], sizes: [1, 1, 1] },
  ])("$name", ({ tagCounts, sizes }) => {
    const images = tagCounts.map((count, i) =>
      image(`sha256:${i}`, ...Array.from({ length: count }, (_, tag) => `t${tag}`)),
    );
    expect(toBatches(images).map((batch) => batch.length)).toEqual(sizes);
  });

  test("hold every image once, in order, and at most 100 identifiers", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 120 })), (tagCounts) => {
        const images = tagCounts.map((count, i) => image(`sha256:${i}`, ...Array(count).fill("t")));
        const batches = toBatches(images);
        expect(batches.flat()).toEqual(images);
        for (const batch of batches.filter(({ length }) => length > 1)) {
          const identifiers = batch.reduce((sum, { tags }) => sum + Math.max(1, tags.length), 0);
          expect(identifiers).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});

test("deletes by tag and digest, and untagged images by digest", async () => {
  ecr.on(BatchDeleteImageCommand).resolves({ imageIds: [{ imageDigest: "sha256:a" }] });
  await deleteBatch(client, repository, [image("sha256:a", "v1", "v2"), image("sha256:b")]);
  expect(ecr.commandCalls(BatchDeleteImageCommand).map(({ args }) => args[0].input)).toEqual([
    {
      registryId: "123456789012",
      repositoryName: "shop/api",
      imageIds: [
        { imageTag: "v1", imageDigest: "sha256:a" },
        { imageTag: "v2", imageDigest: "sha256:a" },
        { imageDigest: "sha256:b" },
      ],
    },
  ]);
});

test("deletes an image with 250 tags in three calls", async () => {
  ecr.on(BatchDeleteImageCommand).resolves({ imageIds: [{ imageDigest: "sha256:a" }] });
  const tags = Array.from({ length: 250 }, (_, i) => `t${i}`);
  const deletions = await deleteBatch(client, repository, [image("sha256:a", ...tags)]);
  const sizes = ecr
    .commandCalls(BatchDeleteImageCommand)
    .map(({ args }) => args[0].input.imageIds?.length);
  expect(sizes).toEqual([100, 100, 50]);
  expect(deletions.map(({ outcome }) => outcome)).toEqual(["deleted"]);
});

interface Answer {
  readonly name: string;
  readonly imageIds?: { imageTag?: string; imageDigest: string }[];
  readonly failures?: ImageFailure[];
  readonly expected: Record<string, string>;
}

describe("the answer of ECR about an image with the tags v1 and v2", () => {
  const imageDigest = "sha256:a";
  const v1 = { imageTag: "v1", imageDigest };
  const v2 = { imageTag: "v2", imageDigest };
  test.for<Answer>([
    { name: "both tags gone", imageIds: [v1, v2], expected: { outcome: "deleted" } },
    {
      name: "both gone already",
      failures: [
        { imageId: v1, failureCode: "ImageNotFound" },
        { imageId: v2, failureCode: "ImageNotFound" },
      ],
      expected: { outcome: "missing" },
    },
    {
      name: "one gone already",
      imageIds: [v1],
      failures: [{ imageId: v2, failureCode: "ImageNotFound" }],
      expected: { outcome: "deleted" },
    },
    {
      name: "one tag moved, so that the image had only the other",
      imageIds: [v1],
      failures: [{ imageId: v2, failureCode: "ImageTagDoesNotMatchDigest" }],
      expected: { outcome: "deleted" },
    },
    {
      name: "both tags moved",
      failures: [
        { imageId: v1, failureCode: "ImageTagDoesNotMatchDigest", failureReason: "moved" },
        { imageId: v2, failureCode: "ImageTagDoesNotMatchDigest", failureReason: "moved" },
      ],
      expected: { outcome: "refused", code: "ImageTagDoesNotMatchDigest", message: "moved" },
    },
    {
      name: "one moved, one gone already",
      failures: [
        { imageId: v1, failureCode: "ImageNotFound" },
        { imageId: v2, failureCode: "ImageTagDoesNotMatchDigest", failureReason: "moved" },
      ],
      expected: { outcome: "refused", code: "ImageTagDoesNotMatchDigest", message: "moved" },
    },
    {
      name: "an index lists it",
      imageIds: [v1],
      failures: [
        { imageId: v2, failureCode: "ImageReferencedByManifestList", failureReason: "listed" },
      ],
      expected: { outcome: "refused", code: "ImageReferencedByManifestList", message: "listed" },
    },
    {
      name: "something else, with a harmless one before it",
      imageIds: [v1],
      failures: [
        { imageId: v1, failureCode: "ImageNotFound" },
        { imageId: v2, failureCode: "KmsError", failureReason: "key disabled" },
      ],
      expected: { outcome: "failed", code: "KmsError", message: "key disabled" },
    },
    {
      name: "a failure that names the tag alone",
      imageIds: [v1],
      failures: [{ imageId: { imageTag: "v2" }, failureCode: "InvalidImageTag" }],
      expected: { outcome: "failed", code: "InvalidImageTag", message: "ECR gave no reason" },
    },
    {
      name: "a failure without a code",
      failures: [{ imageId: v1 }],
      expected: { outcome: "failed", code: "Unknown", message: "ECR gave no reason" },
    },
    {
      name: "nothing at all",
      expected: { outcome: "failed", code: "Unknown", message: "ECR gave no answer" },
    },
    {
      name: "only about another image",
      imageIds: [{ imageDigest: "sha256:b" }],
      failures: [{ failureCode: "MissingDigestAndTag" }],
      expected: { outcome: "failed", code: "Unknown", message: "ECR gave no answer" },
    },
  ])("$name", async ({ imageIds, failures, expected }) => {
    ecr.on(BatchDeleteImageCommand).resolves({
      ...(imageIds && { imageIds }),
      ...(failures && { failures }),
    });
    const target = image(imageDigest, "v1", "v2");
    const deletions = await deleteBatch(client, repository, [target]);
    expect(deletions).toEqual([{ image: target, ...expected }]);
  });
});

test("a call that fails as a whole names the call and the repository", async () => {
  ecr.on(BatchDeleteImageCommand).rejects(new Error("connection lost"));
  const deletion = deleteBatch(client, repository, [image("sha256:a")]);
  await expect(deletion).rejects.toThrow(AwsCallError);
  await expect(deletion).rejects.toThrow(
    "ecr:BatchDeleteImage failed for repository shop/api: connection lost",
  );
});
