import {
  DescribeImagesCommand,
  type ECRClient,
  type ImageDetail,
  paginateDescribeImages,
} from "@aws-sdk/client-ecr";

import { call, collect, isGone, pages } from "../aws/call.ts";
import type { Image } from "../registry/image.ts";
import { REPOSITORY_GONE } from "./error-codes.ts";
import type { Repository } from "./repositories.ts";

const ACTION = "ecr:DescribeImages";
/** The largest page of DescribeImages (API limit). */
const PAGE_SIZE = 1000;

/** Lists all images of a repository, archived ones too; one that is gone has none; throws AwsCallError. */
export async function listImages(ecr: ECRClient, repository: Repository): Promise<Image[]> {
  const paginator = paginateDescribeImages(
    { client: ecr, pageSize: PAGE_SIZE },
    {
      registryId: repository.registryId,
      repositoryName: repository.name,
      // By default ECR leaves archived images out, and what is about them would seem to be about nothing.
      filter: { imageStatus: "ANY" },
    },
  );
  const entries = await collect(
    pages(ACTION, `repository ${repository.name}`, paginator),
    (page) => page.imageDetails?.flatMap(toImage),
    REPOSITORY_GONE,
  );
  const images = new Map<string, Image>();
  for (const image of entries) images.set(image.digest, merge(image, images.get(image.digest)));
  return [...images.values()];
}

/** Of some images that were listed without a tag, the digests of those that have one by now; throws AwsCallError. */
export async function findTagged(
  ecr: ECRClient,
  repository: Repository,
  untagged: readonly Image[],
): Promise<Set<string>> {
  // Asked about no image, ECR describes all of them.
  if (untagged.length === 0) return new Set();
  const now = await describeOrList(ecr, repository, untagged);
  return new Set(now.filter(({ tags }) => tags.length > 0).map(({ digest }) => digest));
}

async function describeOrList(
  ecr: ECRClient,
  repository: Repository,
  images: readonly Image[],
): Promise<Image[]> {
  const command = new DescribeImagesCommand({
    registryId: repository.registryId,
    repositoryName: repository.name,
    imageIds: images.map(({ digest }) => ({ imageDigest: digest })),
  });
  try {
    const { imageDetails = [] } = await call(ACTION, `repository ${repository.name}`, () =>
      ecr.send(command),
    );
    return imageDetails.flatMap(toImage);
  } catch (error) {
    // With one of them gone, ECR tells nothing of the others.
    if (isGone(error, "ImageNotFoundException")) return listImages(ecr, repository);
    throw error;
  }
}

/** Pages that shift while they are read may have an image twice: every tag of either counts, and the newer date. */
function merge(image: Image, earlier: Image | undefined): Image {
  if (earlier === undefined) return image;
  const dates = [image.pushedAt, earlier.pushedAt].filter((date) => date !== undefined);
  return {
    ...image,
    tags: [...new Set([...earlier.tags, ...image.tags])],
    pushedAt: dates.length < 2 ? undefined : Math.max(...dates),
  };
}

/** An entry without a digest could neither be matched nor deleted; all records have the same shape, to be small. */
function toImage(detail: ImageDetail): Image[] {
  if (detail.imageDigest === undefined) return [];
  return [
    {
      digest: detail.imageDigest,
      tags: detail.imageTags ?? NO_TAGS,
      sizeBytes: detail.imageSizeInBytes ?? 0,
      pushedAt: detail.imagePushedAt?.getTime(),
      mediaType: intern(detail.imageManifestMediaType),
      subject: detail.subjectManifestDigest,
      pulledAt: detail.lastRecordedPullTime?.getTime(),
      // A registry that names no status knows no archive.
      isArchived: (detail.imageStatus ?? "ACTIVE") !== "ACTIVE",
    },
  ];
}

const NO_TAGS: readonly string[] = [];

const mediaTypes = new Map<string | undefined, string | undefined>();

/** The same text for the same few media types, which every answer brings anew for each image. */
function intern(mediaType: string | undefined): string | undefined {
  if (!mediaTypes.has(mediaType)) mediaTypes.set(mediaType, mediaType);
  return mediaTypes.get(mediaType);
}
