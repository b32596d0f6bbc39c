import type { SimulatedImage, SimulatedRepository } from "../../images.ts";
import { type Members, type Operation, requireRange } from "../../operation.ts";
import { type EcrState, type REASONS, failure, findImage, findRepository } from "./state.ts";

/** Deletes one identifier after the other, as they are given. */
export const batchDeleteImage: Operation<EcrState> = (
  account,
  { repositoryName, imageIds = [] },
) => {
  requireRange("the number of imageIds", imageIds.length, 1, 100);
  const repository = findRepository(account, repositoryName);
  // Whether ECR takes an index and its children in one call is not documented: here, no index of the call is gone yet.
  const listed = new Set([...repository.images.values()].flatMap(({ children }) => children));
  const deleted: Members[] = [];
  const failures: Members[] = [];
  for (const imageId of imageIds) {
    const outcome = deleteOne(repository, imageId, listed);
    if (typeof outcome === "string") failures.push(failure(imageId, outcome));
    else deleted.push(...outcome);
  }
  return { imageIds: deleted, failures };
};

/** Answers each tag that went with the image's digest, or why nothing went. */
function deleteOne(
  repository: SimulatedRepository,
  imageId: Members,
  listed: ReadonlySet<string>,
): Members[] | keyof typeof REASONS {
  const { imageTag, imageDigest } = imageId;
  if (imageTag === undefined && imageDigest === undefined) return "MissingDigestAndTag";
  const image = findImage(repository, imageId);
  if (image === undefined) return whyNotFound(repository, imageTag);
  return imageTag === undefined
    ? deleteWhole(repository, image, listed)
    : deleteTag(repository, image, imageTag, listed);
}

/** An identifier of tag and digest fails in its own way if the tag is another image's. */
function whyNotFound(repository: SimulatedRepository, imageTag: string | undefined) {
  const isElsewhere = imageTag !== undefined && findImage(repository, { imageTag }) !== undefined;
  return isElsewhere ? "ImageTagDoesNotMatchDigest" : "ImageNotFound";
}

/** Deletes an image with all its tags, or if an index lists it, nothing of it. */
function deleteWhole(
  { images }: SimulatedRepository,
  { digest, tags }: SimulatedImage,
  listed: ReadonlySet<string>,
): Members[] | keyof typeof REASONS {
  if (listed.has(digest)) return "ImageReferencedByManifestList";
  images.delete(digest);
  if (tags.size === 0) return [{ imageDigest: digest }];
  return [...tags].map((imageTag) => ({ imageTag, imageDigest: digest }));
}

/** Removes a tag, and with the last one the image: an image that an index lists keeps only its last tag. */
function deleteTag(
  { images }: SimulatedRepository,
  { digest, tags }: SimulatedImage,
  imageTag: string,
  listed: ReadonlySet<string>,
): Members[] | keyof typeof REASONS {
  const isLast = tags.size === 1;
  if (isLast && listed.has(digest)) return "ImageReferencedByManifestList";
  tags.delete(imageTag);
  if (isLast) images.delete(digest);
  return [{ imageTag, imageDigest: digest }];
}
