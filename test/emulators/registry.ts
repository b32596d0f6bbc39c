import { createHash } from "node:crypto";

import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  PutImageCommand,
} from "@aws-sdk/client-ecr";

/** The account and the Region in every emulator. */
export const ACCOUNT = "123456789012";
export const EMULATED_REGION = "us-west-1";
export const REGISTRY = `${ACCOUNT}.dkr.ecr.${EMULATED_REGION}.amazonaws.com`;

export const ENABLED = { BoxCleanerEnabled: "true" };

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** A manifest as it is pushed, and its digest. */
export interface Manifest {
  readonly mediaType: string;
  readonly text: string;
  readonly digest: string;
}

/** Pushes a manifest, with a tag or by its digest alone. */
export type Push = (repository: string, manifest: Manifest, tag?: string) => Promise<void>;

export function toManifest(mediaType: string, members: object): Manifest {
  const text = JSON.stringify({ schemaVersion: 2, mediaType, ...members });
  return { mediaType, text, digest: digestOf(text) };
}

/** The manifest of an image that is like no other. */
export function imageManifest(content: string): Manifest {
  const blob = { size: content.length, digest: digestOf(content) };
  return toManifest(MANIFEST, {
    config: { mediaType: "application/vnd.oci.image.config.v1+json", ...blob },
    layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", ...blob }],
  });
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** Pushes a manifest by the API of ECR. */
export async function putImage(repositoryName: string, manifest: Manifest, imageTag?: string) {
  await new ECRClient().send(
    new PutImageCommand({
      repositoryName,
      imageTag,
      imageDigest: manifest.digest,
      imageManifest: manifest.text,
      imageManifestMediaType: manifest.mediaType,
    }),
  );
}

/** Creates a repository with one image for each tag. */
export async function createRepository(
  name: string,
  tags: Readonly<Record<string, string>>,
  images: readonly string[],
): Promise<void> {
  await new ECRClient().send(
    new CreateRepositoryCommand({
      repositoryName: name,
      tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  for (const tag of images) await putImage(name, imageManifest(`${name}:${tag}`), tag);
}

/** What is left in a repository: the tags of each image, or its digest if it has none. */
export async function remaining(repositoryName: string): Promise<string[]> {
  const { imageDetails = [] } = await new ECRClient().send(
    new DescribeImagesCommand({ repositoryName }),
  );
  return imageDetails
    .flatMap(({ imageTags = [], imageDigest = "" }) =>
      imageTags.length > 0 ? imageTags : imageDigest,
    )
    .toSorted();
}
