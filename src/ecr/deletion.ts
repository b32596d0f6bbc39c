import {
  BatchDeleteImageCommand,
  type ECRClient,
  type ImageFailure,
  type ImageIdentifier,
} from "@aws-sdk/client-ecr";

import { call, chunks } from "../aws/calls.ts";
import { beforeEachAttempt } from "../aws/pace.ts";
import type { Image } from "../registry/image.ts";
import type { Repository } from "../registry/repository.ts";

/** The most identifiers that one BatchDeleteImage call takes (API limit). */
const IDENTIFIERS_PER_CALL = 100;

/**
 * What became of one image: `deleted`; `missing` when ECR was asked; `refused` by ECR, or spared just before, for a good
 * reason; or `failed`.
 */
export type Deletion =
  | { readonly image: Image; readonly outcome: "deleted" }
  | { readonly image: Image; readonly outcome: "missing" }
  | {
      readonly image: Image;
      readonly outcome: "refused" | "failed";
      readonly code: string;
      readonly message: string;
    };

/** The code with which ECR refuses an image that an index lists. */
export const LISTED_BY_INDEX = "ImageReferencedByManifestList";

/** The result for an image that got another tag while the run was about to delete it. */
export function retagged(image: Image): Deletion {
  const message = "Its tags changed while the run was about to delete it";
  return { image, outcome: "refused", code: "ImageTagsChanged", message };
}

/**
 * Whether an image is deleted by its digest alone. By tag, ECR strips tag after tag, and may then refuse the last one: an
 * image with several tags would lose all but one.
 */
export function isDeletedByDigest({ tags }: Image): boolean {
  return tags.length !== 1;
}

/** Cuts images into batches that one delete call takes, those that are deleted by digest together. */
export function toBatches(images: readonly Image[]): Image[][] {
  const byTag = images.filter((image) => !isDeletedByDigest(image));
  return chunks([...byTag, ...images.filter(isDeletedByDigest)], IDENTIFIERS_PER_CALL);
}

/**
 * Deletes one batch. An image with one tag is deleted by tag and digest, so that ECR refuses a tag that has moved to
 * another image. Every other image is deleted by its digest, with all its tags. Throws AwsCallError when the call fails.
 *
 * @param requireFresh runs before each attempt of the call; if it throws, the attempt is not made
 */
export async function deleteBatch(
  ecr: ECRClient,
  repository: Repository,
  batch: readonly Image[],
  requireFresh: () => void = () => {},
): Promise<Deletion[]> {
  const command = new BatchDeleteImageCommand({
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageIds: batch.map(identifierOf),
  });
  beforeEachAttempt(command.middlewareStack, "requireFresh", requireFresh);
  const { imageIds = [], failures = [] } = await call(
    "ecr:BatchDeleteImage",
    `repository ${repository.name}`,
    () => ecr.send(command),
  );
  const deleted = new Set(imageIds.map(({ imageDigest }) => imageDigest));
  return batch.map((image) =>
    judge(
      image,
      deleted.has(image.digest),
      failures.find(({ imageId }) => isAbout(image, imageId)),
    ),
  );
}

function identifierOf(image: Image): ImageIdentifier {
  const [imageTag] = image.tags;
  if (imageTag === undefined || isDeletedByDigest(image)) return { imageDigest: image.digest };
  return { imageTag, imageDigest: image.digest };
}

function isAbout(
  { digest, tags }: Image,
  { imageDigest, imageTag }: ImageIdentifier = {},
): boolean {
  return imageDigest === digest || (imageDigest === undefined && tags.includes(imageTag ?? ""));
}

/** The failures with which ECR keeps an image for a good reason: nothing is broken. */
const KEPT = new Set(["ImageTagDoesNotMatchDigest", LISTED_BY_INDEX]);

function judge(image: Image, isDeleted: boolean, failure: ImageFailure | undefined): Deletion {
  if (failure === undefined) {
    if (isDeleted) return { image, outcome: "deleted" };
    return { image, outcome: "failed", code: "Unknown", message: "ECR gave no answer" };
  }
  const { failureCode: code = "Unknown", failureReason: message = "ECR gave no reason" } = failure;
  if (code === "ImageNotFound") return { image, outcome: "missing" };
  return { image, outcome: KEPT.has(code) ? "refused" : "failed", code, message };
}
