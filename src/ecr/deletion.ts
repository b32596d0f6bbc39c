import {
  BatchDeleteImageCommand,
  type ECRClient,
  type ImageFailure,
  type ImageIdentifier,
} from "@aws-sdk/client-ecr";

import { call, chunks } from "../aws/call.ts";
import type { Image } from "../registry/image.ts";
import type { Repository } from "./repositories.ts";

/** The most identifiers that one BatchDeleteImage call takes (API limit). */
const IDENTIFIERS_PER_CALL = 100;

/**
 * What became of one image: `deleted`, or `missing`, by the name that it was asked for, when ECR was asked;
 * `refused` by ECR for a good reason; or `failed`.
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

/** The result of an image that somebody gives a new tag while it is about to go: it stays. */
export function taggedAnew(image: Image): Deletion {
  const message = "It was tagged anew while it was to be deleted";
  return { image, outcome: "refused", code: "ImageTaggedAnew", message };
}

/** Cuts images into batches that one delete call takes; an image with more than 100 tags is a batch of its own. */
export function toBatches(images: Iterable<Image>): Image[][] {
  const batches: Image[][] = [];
  let room = 0;
  for (const image of images) {
    const need = identifiersOf(image).length;
    const batch = batches.at(-1);
    if (batch !== undefined && need <= room) {
      batch.push(image);
      room -= need;
    } else {
      batches.push([image]);
      room = IDENTIFIERS_PER_CALL - need;
    }
  }
  return batches;
}

/**
 * Deletes one batch, by tag and digest together: ECR then refuses a tag that has moved to another image since it
 * was listed. Throws AwsCallError when a whole call fails.
 */
export async function deleteBatch(
  ecr: ECRClient,
  repository: Repository,
  batch: readonly Image[],
): Promise<Deletion[]> {
  const deleted = new Set<string | undefined>();
  const failures: ImageFailure[] = [];
  for (const imageIds of chunks(batch.flatMap(identifiersOf), IDENTIFIERS_PER_CALL)) {
    const command = new BatchDeleteImageCommand({
      registryId: repository.registryId,
      repositoryName: repository.name,
      imageIds,
    });
    const answer = await call("ecr:BatchDeleteImage", `repository ${repository.name}`, () =>
      ecr.send(command),
    );
    answer.imageIds?.forEach(({ imageDigest }) => deleted.add(imageDigest));
    failures.push(...(answer.failures ?? []));
  }
  return batch.map((image) =>
    judge(
      image,
      deleted.has(image.digest),
      failures.filter(({ imageId }) => isAbout(image, imageId)),
    ),
  );
}

function identifiersOf({ digest, tags }: Image): ImageIdentifier[] {
  if (tags.length === 0) return [{ imageDigest: digest }];
  return tags.map((imageTag) => ({ imageTag, imageDigest: digest }));
}

function isAbout(
  { digest, tags }: Image,
  { imageDigest, imageTag }: ImageIdentifier = {},
): boolean {
  return imageDigest === digest || (imageDigest === undefined && tags.includes(imageTag ?? ""));
}

/** Failures that leave nothing to mend. */
const HARMLESS = new Set([
  "ImageNotFound",
  "ImageTagDoesNotMatchDigest",
  "ImageReferencedByManifestList",
]);

/** ECR answers for each tag of an image on its own: the worst answer is the image's. */
function judge(image: Image, isDeleted: boolean, failures: readonly ImageFailure[]): Deletion {
  const as = (outcome: "refused" | "failed", failure: ImageFailure): Deletion => ({
    image,
    outcome,
    code: failure.failureCode ?? "Unknown",
    message: failure.failureReason ?? "ECR gave no reason",
  });
  const find = (code: string) => failures.find(({ failureCode }) => failureCode === code);

  const harmful = failures.find(({ failureCode = "" }) => !HARMLESS.has(failureCode));
  if (harmful !== undefined) return as("failed", harmful);

  const referenced = find("ImageReferencedByManifestList");
  if (referenced !== undefined) return as("refused", referenced);

  // A tag that moved away was none of this image's any more: the others were, and with the last the image goes.
  if (isDeleted) return { image, outcome: "deleted" };
  const moved = find("ImageTagDoesNotMatchDigest");
  if (moved !== undefined) return as("refused", moved);

  const isMissing = find("ImageNotFound") !== undefined;
  return isMissing
    ? { image, outcome: "missing" }
    : as("failed", { failureReason: "ECR gave no answer" });
}
