import type { SimulatedImage, SimulatedRepository } from "../../images.ts";
import { type Members, type Operation, requireRange } from "../../operation.ts";
import { replicasOf } from "./replication.ts";
import { type EcrState, type REASONS, failure, findImage, findRepository } from "./state.ts";

/** Deletes one identifier after the other, as they are given, and then repeats what it deleted in replicas. */
export const batchDeleteImage: Operation<EcrState> = (account, input, { world }) => {
  const { repositoryName, imageIds = [] } = input;
  requireRange("the number of imageIds", imageIds.length, 1, 100);
  const repository = findRepository(account, repositoryName);
  const { deleted, failures, done } = deleteAll(repository, imageIds);
  // With the last tag of an image here, its digest goes there, with all tags that it has there.
  const gone = deleted
    .filter(({ imageDigest }) => !repository.images.has(imageDigest))
    .map(({ imageDigest }) => ({ imageDigest }));
  for (const replica of replicasOf(account, repositoryName, world)) {
    deleteAll(replica, [...done.map(withoutDigestOfTag), ...gone]);
  }
  return { imageIds: deleted, failures };
};

/** Answers what went, what failed, and the identifiers that were done. */
function deleteAll(repository: SimulatedRepository, imageIds: readonly Members[]) {
  // Whether ECR takes an index and its children in one call is not documented: here, no index of the call is gone yet.
  const listed = new Set([...repository.images.values()].flatMap(({ children }) => children));
  const deleted: Members[] = [];
  const failures: Members[] = [];
  const done: Members[] = [];
  for (const imageId of imageIds) {
    const outcome = deleteOne(repository, imageId, listed);
    if (typeof outcome === "string") {
      failures.push(failure(imageId, outcome));
      continue;
    }
    deleted.push(...outcome);
    done.push(imageId);
  }
  return { deleted, failures, done };
}

/** A tag is deleted in a replica whatever image it is on there. */
function withoutDigestOfTag({ imageTag, imageDigest }: Members): Members {
  return imageTag === undefined ? { imageDigest } : { imageTag };
}

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
