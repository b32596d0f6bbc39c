import { MANIFEST, type SimulatedImage, type SimulatedRepository } from "../images.ts";
import {
  type Members,
  type Operation,
  type Place,
  ServiceError,
  mapOf,
  pageOf,
  requireRange,
  timestamp,
} from "../operation.ts";
import { jsonService } from "../service.ts";

export interface EcrState {
  readonly repositories: Map<string, SimulatedRepository>;
}

export interface EcrParts {
  readonly repositories?: Record<string, SimulatedRepository>;
}

export function createEcrState({ repositories }: EcrParts): EcrState {
  return { repositories: mapOf(repositories, (repository) => repository) };
}

const describeRepositories: Operation<EcrState> = (account, input) => {
  const { repositoryNames, maxResults, nextToken } = input;
  if (repositoryNames === undefined) {
    const size = maxResults ?? 100;
    requireRange("maxResults", size, 1, 1000);
    const { items, ...rest } = pageOf([...account.repositories.keys()], nextToken, size);
    return { repositories: items.map((name) => describeRepository(account, name)), ...rest };
  }
  if (maxResults !== undefined) {
    throw new ServiceError("InvalidParameterException", "maxResults goes not with repositoryNames");
  }
  requireRange("the number of repositoryNames", repositoryNames.length, 1, 100);
  for (const name of repositoryNames) find(account, name);
  return {
    repositories: repositoryNames.map((name: string) => describeRepository(account, name)),
  };
};

function describeRepository(account: Place, name: string): Members {
  return {
    repositoryName: name,
    registryId: account.id,
    repositoryArn: repositoryArn(account, name),
    repositoryUri: `${account.id}.dkr.ecr.${account.region}.amazonaws.com/${name}`,
  };
}

const listTagsForResource: Operation<EcrState> = (account, { resourceArn }) => {
  const prefix = repositoryArn(account, "");
  const { tags } = find(account, String(resourceArn).replace(prefix, ""));
  return { tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
};

const describeImages: Operation<EcrState> = (account, input) => {
  const { repositoryName, imageIds, maxResults = 100, nextToken, filter = {} } = input;
  if (imageIds !== undefined) return describeByIds(account, input);
  requireRange("maxResults", maxResults, 1, 1000);
  const { imageStatus = "ACTIVE" } = filter;
  const images = [...find(account, repositoryName).images.values()].filter(
    (image) => imageStatus === "ANY" || imageStatus === statusOf(image),
  );
  const { items, ...rest } = pageOf(images, nextToken, maxResults);
  const imageDetails = items.map((image) => describeImage(account, repositoryName, image));
  return { imageDetails, ...rest };
};

/** One that is not there fails the whole call. */
function describeByIds(
  account: Place & EcrState,
  { repositoryName, imageIds, maxResults }: Members,
): Members {
  requireRange("the number of imageIds", imageIds.length, 1, 100);
  if (maxResults !== undefined) {
    throw new ServiceError("InvalidParameterException", "maxResults goes not with imageIds");
  }
  const { images } = find(account, repositoryName);
  const imageDetails = imageIds.map(({ imageDigest }: Members) => {
    const image = images.get(imageDigest);
    if (image !== undefined) return describeImage(account, repositoryName, image);
    throw new ServiceError("ImageNotFoundException", `The image ${imageDigest} does not exist`);
  });
  return { imageDetails };
}

function describeImage(account: Place, repositoryName: string, image: SimulatedImage): Members {
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
const batchGetImage: Operation<EcrState> = (
  account,
  { repositoryName, imageIds = [], acceptedMediaTypes },
) => {
  requireRange("the number of imageIds", imageIds.length, 1, 100);
  const repository = find(account, repositoryName);
  const images: Members[] = [];
  const failures: Members[] = [];
  for (const imageId of imageIds) {
    const image = repository.images.get(imageId.imageDigest);
    if (image === undefined || image.isArchived || !acceptedMediaTypes.includes(image.mediaType)) {
      failures.push({
        imageId,
        failureCode: "ImageNotFound",
        failureReason: REASONS.ImageNotFound,
      });
      continue;
    }
    image.lastPulledAt = new Date();
    const manifests = image.children.map((digest) => ({ mediaType: MANIFEST, size: 1, digest }));
    images.push({
      imageId,
      imageManifest: JSON.stringify({ schemaVersion: 2, mediaType: image.mediaType, manifests }),
      imageManifestMediaType: image.mediaType,
    });
  }
  return { images, failures };
};

const batchDeleteImage: Operation<EcrState> = (account, { repositoryName, imageIds = [] }) => {
  requireRange("the number of imageIds", imageIds.length, 1, 100);
  const repository = find(account, repositoryName);
  // What order ECR takes within a call is not documented: the hardest one is that no index of the call is gone yet.
  const listed = new Set([...repository.images.values()].flatMap(({ children }) => children));
  const deleted: Members[] = [];
  const failures: Members[] = [];
  for (const imageId of imageIds) {
    const failureCode = deleteOne(repository, imageId, listed, deleted);
    if (failureCode !== undefined) {
      failures.push({ imageId, failureCode, failureReason: REASONS[failureCode] });
    }
  }
  return { imageIds: deleted, failures };
};

const REASONS = {
  ImageNotFound: "Requested image not found",
  ImageTagDoesNotMatchDigest: "The given tag does not match the given digest",
  ImageReferencedByManifestList: "Requested image referenced by manifest list",
  MissingDigestAndTag: "Invalid request parameters: both tag and digest cannot be null",
};

/** By tag untags, and with its last tag deletes; by digest alone deletes with all tags; answers per tag. */
function deleteOne(
  repository: SimulatedRepository,
  { imageTag, imageDigest }: Members,
  listed: ReadonlySet<string>,
  deleted: Members[],
): keyof typeof REASONS | undefined {
  if (imageTag === undefined && imageDigest === undefined) return "MissingDigestAndTag";
  const byDigest = repository.images.get(imageDigest);
  const isMatch = byDigest !== undefined && (imageTag === undefined || byDigest.tags.has(imageTag));
  const image = isMatch ? byDigest : findByTag(repository, imageTag);
  if (image === undefined) return "ImageNotFound";
  if (imageDigest !== undefined && imageDigest !== image.digest)
    return "ImageTagDoesNotMatchDigest";

  const takesImage = imageTag === undefined || image.tags.size === 1;
  if (takesImage && listed.has(image.digest)) return "ImageReferencedByManifestList";

  const tags = imageTag === undefined ? [...image.tags] : [imageTag];
  for (const tag of tags) image.tags.delete(tag);
  if (takesImage) repository.images.delete(image.digest);
  const answers = tags.length > 0 ? tags.map((tag) => ({ imageTag: tag })) : [{}];
  deleted.push(...answers.map((answer) => ({ ...answer, imageDigest: image.digest })));
  return undefined;
}

function findByTag(
  repository: SimulatedRepository,
  tag: string | undefined,
): SimulatedImage | undefined {
  return [...repository.images.values()].find(({ tags }) => tags.has(tag ?? ""));
}

function find(account: Place & EcrState, name: string): SimulatedRepository {
  const repository = account.repositories.get(name);
  if (repository !== undefined) return repository;
  throw new ServiceError(
    "RepositoryNotFoundException",
    `The repository with name '${name}' does not exist in the registry with id '${account.id}'`,
  );
}

function repositoryArn({ region, id }: Place, name: string): string {
  return `arn:aws:ecr:${region}:${id}:repository/${name}`;
}

export const ecr = jsonService({
  prefix: "ecr",
  sdkId: "ECR",
  pageToken: "nextToken",
  resourceOf: (place, { resourceArn, repositoryName, repositoryNames = [] }) => {
    const name = repositoryName ?? repositoryNames[0];
    return resourceArn ?? (name && repositoryArn(place, name));
  },
  version: "1.1",
  target: "AmazonEC2ContainerRegistry_V20150921",
  operations: {
    DescribeRepositories: describeRepositories,
    ListTagsForResource: listTagsForResource,
    DescribeImages: describeImages,
    BatchGetImage: batchGetImage,
    BatchDeleteImage: batchDeleteImage,
  },
});
