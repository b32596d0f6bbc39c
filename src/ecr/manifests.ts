import { BatchGetImageCommand, type ECRClient } from "@aws-sdk/client-ecr";

import { AwsCallError, call, chunks, required } from "../aws/calls.ts";
import { INDEX_MEDIA_TYPES, type Image } from "../registry/image.ts";
import type { Repository } from "../registry/repository.ts";
import { describeImages } from "./images.ts";

/** The most images that one BatchGetImage call takes (API limit). */
const IMAGES_PER_CALL = 100;

const ACTION = "ecr:BatchGetImage";
/** The digest of no image. */
const NO_DIGEST = `sha256:${"0".repeat(64)}`;

/**
 * Reads which digests each of some indexes lists. An index that is gone lists none.
 *
 * @throws AwsCallError also if one of them cannot be read: it could list what a service runs
 */
export async function readIndexes(
  ecr: ECRClient,
  repository: Repository,
  indexes: readonly Image[],
): Promise<Map<string, readonly string[]>> {
  const listed = new Map<string, readonly string[]>();
  for (const chunk of chunks(indexes, IMAGES_PER_CALL)) {
    const { images = [], failures = [] } = await getImages(ecr, repository, chunk);
    for (const { imageId, imageManifest } of images) {
      const digest = required(imageId?.imageDigest, ACTION, `repository ${repository.name}`);
      listed.set(digest, parseIndex(imageManifest, `${repository.name}@${digest}`));
    }
    for (const image of chunk) {
      const { digest } = image;
      if (listed.has(digest)) continue;
      const failure = failures.find(({ imageId }) => imageId?.imageDigest === digest);
      if (failure?.failureCode === "ImageNotFound" && (await isMissing(ecr, repository, image))) {
        listed.set(digest, []);
        continue;
      }
      const cause = new Error(failure?.failureReason ?? "the answer lacks this image");
      if (failure?.failureCode !== undefined) cause.name = failure.failureCode;
      throw new AwsCallError(ACTION, `${repository.name}@${digest}`, cause);
    }
  }
  return listed;
}

/** Asks a repository for an image that does not exist. Throws AwsCallError if that is not allowed. */
export async function tryToReadIndex(ecr: ECRClient, repository: Repository): Promise<void> {
  await getImages(ecr, repository, [{ digest: NO_DIGEST }]);
}

/** BatchGetImage also says "not found" of an image that was archived meanwhile. Such an index still lists its children. */
async function isMissing(ecr: ECRClient, repository: Repository, image: Image): Promise<boolean> {
  return (await describeImages(ecr, repository, [image])) === undefined;
}

async function getImages(
  ecr: ECRClient,
  repository: Repository,
  images: readonly Pick<Image, "digest">[],
) {
  const command = new BatchGetImageCommand({
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageIds: images.map(({ digest }) => ({ imageDigest: digest })),
    acceptedMediaTypes: [...INDEX_MEDIA_TYPES],
  });
  return call(ACTION, `repository ${repository.name}`, () => ecr.send(command));
}

function parseIndex(manifest: string | undefined, resource: string): string[] {
  try {
    const { manifests }: { manifests: { digest?: string }[] } = JSON.parse(manifest ?? "");
    return manifests.map(({ digest }) => required(digest, ACTION, resource));
  } catch (cause) {
    throw new AwsCallError(ACTION, resource, new Error("its manifest is no index", { cause }));
  }
}
