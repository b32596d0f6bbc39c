import { type ECRClient, type ImageDetail, paginateDescribeImages } from "@aws-sdk/client-ecr";

import { collect, pages } from "../aws/call.ts";
import type { Image } from "../image.ts";
import type { Repository } from "./repositories.ts";

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
  return collect(
    pages("ecr:DescribeImages", `repository ${repository.name}`, paginator),
    (page) => page.imageDetails?.flatMap(toImage),
    "RepositoryNotFoundException",
  );
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
