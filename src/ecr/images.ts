import {
  DescribeImagesCommand,
  type ECRClient,
  type ImageDetail,
  paginateDescribeImages,
} from "@aws-sdk/client-ecr";

import { call, collect, isGone, required } from "../aws/calls.ts";
import type { Image } from "../registry/image.ts";
import type { Repository } from "../registry/repository.ts";
import { REPOSITORY_GONE } from "./ecr.ts";

const ACTION = "ecr:DescribeImages";
/** The largest page of DescribeImages (API limit). */
const PAGE_SIZE = 1000;

/** Lists all images of a repository, archived ones too. A repository that is gone has none. Throws AwsCallError. */
export async function listImages(ecr: ECRClient, repository: Repository): Promise<Image[]> {
  const paginator = paginateDescribeImages(
    { client: ecr, pageSize: PAGE_SIZE },
    {
      registryId: repository.registryId,
      repositoryName: repository.name,
      // By default ECR leaves out archived images, and what refers to them would seem to refer to nothing.
      filter: { imageStatus: "ANY" },
    },
  );
  const entries = await collect(
    { action: ACTION, resource: `repository ${repository.name}`, paginator },
    (page) => page.imageDetails?.flatMap(toImage),
    REPOSITORY_GONE,
  );
  const images = new Map<string, Image>();
  for (const image of entries) images.set(image.digest, merge(image, images.get(image.digest)));
  return [...images.values()];
}

/**
 * Describes at most 100 images (API limit) as they are now.
 *
 * @returns nothing if one of them is gone: ECR then answers for none of them
 * @throws AwsCallError
 */
export async function describeImages(
  ecr: ECRClient,
  repository: Repository,
  images: readonly Image[],
): Promise<Image[] | undefined> {
  const resource = `repository ${repository.name}`;
  const command = new DescribeImagesCommand({
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageIds: images.map(({ digest }) => ({ imageDigest: digest })),
  });
  try {
    const { imageDetails } = await call(ACTION, resource, () => ecr.send(command));
    return required(imageDetails, ACTION, resource).flatMap(toImage);
  } catch (error) {
    if (isGone(error, "ImageNotFoundException")) return undefined;
    throw error;
  }
}

/** Pages that shift while they are read can show an image twice: every tag of either counts, and the newer date. */
function merge(image: Image, earlier: Image | undefined): Image {
  if (earlier === undefined) return image;
  const dates = [image.pushedAt, earlier.pushedAt].filter((date) => date !== undefined);
  return {
    ...image,
    tags: [...new Set([...earlier.tags, ...image.tags])],
    pushedAt: dates.length < 2 ? undefined : Math.max(...dates),
  };
}

/** An entry without a digest can be neither matched nor deleted. All records have the same shape, to be small. */
function toImage(detail: ImageDetail): Image[] {
  if (detail.imageDigest === undefined) return [];
  return [
    {
      digest: detail.imageDigest,
      tags: detail.imageTags ?? NO_TAGS,
      sizeBytes: detail.imageSizeInBytes ?? 0,
      pushedAt: timeOf(detail.imagePushedAt),
      mediaType: intern(detail.imageManifestMediaType),
      subject: detail.subjectManifestDigest,
      pulledAt: timeOf(detail.lastRecordedPullTime),
      // A registry that names no status knows no archive.
      isArchived: (detail.imageStatus ?? "ACTIVE") !== "ACTIVE",
    },
  ];
}

/** Milliseconds since the epoch. A date that is no number counts as none. */
function timeOf(date: Date | undefined): number | undefined {
  const time = date?.getTime();
  return Number.isNaN(time) ? undefined : time;
}

const NO_TAGS: readonly string[] = [];

const mediaTypes = new Map<string | undefined, string | undefined>();

/** One text for each of the few media types, which every answer repeats for each image. */
function intern(mediaType: string | undefined): string | undefined {
  if (!mediaTypes.has(mediaType)) mediaTypes.set(mediaType, mediaType);
  return mediaTypes.get(mediaType);
}
