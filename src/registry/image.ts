/** One image of a repository: a manifest with all its tags, with no more than a decision needs. */
export interface Image {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Bytes as ECR reports them: compressed layers, shared ones counted in every image. */
  readonly sizeBytes: number;
  /** Milliseconds since the epoch; missing when ECR names no push date. */
  readonly pushedAt?: number | undefined;
  readonly mediaType?: string | undefined;
  /** The digest of the image that this one refers to: which it signs, attests or describes. */
  readonly subject?: string | undefined;
  /** Milliseconds since the epoch: the last pull that ECR has recorded. ECR records pulls about once a day. */
  readonly pulledAt?: number | undefined;
  /** In ECR's archive, or being restored from it: it can be neither pulled nor read. */
  readonly isArchived?: boolean;
}

/** The media types of indexes. No other manifest lists images. */
export const INDEX_MEDIA_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
] as const;

const INDEXES: ReadonlySet<string | undefined> = new Set(INDEX_MEDIA_TYPES);

/** Whether an image is an index: a list of other images of its repository, such as one for each architecture. */
export function isIndex({ mediaType }: Image): boolean {
  return INDEXES.has(mediaType);
}

/** Bytes to count for an image. ECR gives an index the size of its children, which are counted themselves. */
export function storedBytes(image: Image): number {
  return isIndex(image) ? 0 : image.sizeBytes;
}

/** An image as people name it: by its tags, or by its digest if it has none. */
export function nameOf({ tags, digest }: Image): string {
  return tags.length > 0 ? tags.join(", ") : digest;
}
