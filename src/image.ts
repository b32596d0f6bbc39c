/** One image of a repository: a manifest with all its tags, as small as the decision about it allows. */
export interface Image {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Bytes as ECR reports them: compressed layers, shared ones counted in every image. */
  readonly sizeBytes: number;
  /** Milliseconds since the epoch; missing when ECR names no push date. */
  readonly pushedAt?: number;
  readonly mediaType?: string;
}

const INDEX_MEDIA_TYPES: ReadonlySet<string | undefined> = new Set([
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
]);

/** Whether an image is an index: a list of other images of its repository, such as one for each architecture. */
function isIndex({ mediaType }: Image): boolean {
  return INDEX_MEDIA_TYPES.has(mediaType);
}

/** Bytes to count for an image: an index has its children's size in ECR's list, and they stand there themselves. */
export function storedBytes(image: Image): number {
  return isIndex(image) ? 0 : image.sizeBytes;
}
