import { MANIFEST, type SimulatedImage, type SimulatedRepository } from "../../images.ts";
import {
  type Members,
  type Operation,
  type Place,
  ServiceError,
  pageOf,
  requireRange,
  timestamp,
} from "../../operation.ts";
import { type EcrState, failure, findImage, findRepository } from "./state.ts";

export const describeImages: Operation<EcrState> = (account, input) => {
  const { repositoryName, imageIds, maxResults = 100, nextToken, filter = {} } = input;
  if (imageIds !== undefined) return describeByIds(account, input);
  requireRange("maxResults", maxResults, 1, 1000);
  const { imageStatus = "ACTIVE" } = filter;
  const images = [...findRepository(account, repositoryName).images.values()].filter(
    (image) => imageStatus === "ANY" || imageStatus === statusOf(image),
  );
  const { items, ...rest } = pageOf(images, nextToken, maxResults);
  const imageDetails = items.map((image) => describe(account, repositoryName, image));
  return { imageDetails, ...rest };
};

/** One image that is gone fails the whole call. */
function describeByIds(account: Place & EcrState, input: Members): Members {
  const { repositoryName, imageIds, maxResults } = input;
  requireRange("the number of imageIds", imageIds.length, 1, 100);
  if (maxResults !== undefined) {
    throw new ServiceError("InvalidParameterException", "maxResults cannot be used with imageIds");
  }
  const repository = findRepository(account, repositoryName);
  const imageDetails = imageIds.map((imageId: Members) => {
    const image = findImage(repository, imageId);
    if (image !== undefined) return describe(account, repositoryName, image);
    throw new ServiceError(
      "ImageNotFoundException",
      `The image with imageId {imageDigest:'${imageId["imageDigest"] ?? null}', imageTag:'${imageId["imageTag"] ?? null}'} does not exist within the repository with name '${repositoryName}' in the registry with id '${account.id}'`,
    );
  });
  return { imageDetails };
}

function describe(account: Place, repositoryName: string, image: SimulatedImage): Members {
  return {
    registryId: account.id,
    repositoryName,
    imageDigest: image.digest,
    ...(image.tags.size > 0 && { imageTags: [...image.tags] }),
    imageSizeInBytes: image.sizeBytes,
    imagePushedAt: timestamp(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    subjectManifestDigest: image.subject,
    lastRecordedPullTime: timestamp(image.lastPulledAt),
    imageStatus: statusOf(image),
  };
}

function statusOf({ isArchived }: SimulatedImage): string {
  return isArchived ? "ARCHIVED" : "ACTIVE";
}

/** Reading a manifest counts as a pull; an archived image cannot be read. */
export const batchGetImage: Operation<EcrState> = (account, input) => {
  const { repositoryName, imageIds = [], acceptedMediaTypes = [MANIFEST] } = input;
  requireRange("the number of imageIds", imageIds.length, 1, 100);
  const repository = findRepository(account, repositoryName);
  const images: Members[] = [];
  const failures: Members[] = [];
  for (const imageId of imageIds) {
    const image = findImage(repository, imageId);
    if (image === undefined || image.isArchived || !acceptedMediaTypes.includes(image.mediaType)) {
      failures.push(failure(imageId, "ImageNotFound"));
      continue;
    }
    image.lastPulledAt = new Date();
    images.push({
      registryId: account.id,
      repositoryName,
      imageId: { ...imageId, imageDigest: image.digest },
      imageManifest: manifestOf(repository, image),
      imageManifestMediaType: image.mediaType,
    });
  }
  return { images, failures };
};

function manifestOf({ images }: SimulatedRepository, { mediaType, children }: SimulatedImage) {
  const manifests = children.map((digest) => ({
    mediaType: images.get(digest)?.mediaType ?? MANIFEST,
    size: 1,
    digest,
  }));
  return JSON.stringify({ schemaVersion: 2, mediaType, manifests });
}
