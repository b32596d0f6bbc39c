import type { Image } from "./image.ts";

/** The copy of a repository in another registry, where ECR repeats the deletions of the repository. */
export class Replica {
  /** Its canonical key. */
  readonly key: string;
  readonly #byDigest: ReadonlyMap<string, Image>;
  readonly #byTag: ReadonlyMap<string, Image>;

  constructor(key: string, images: readonly Image[]) {
    this.key = key;
    this.#byDigest = new Map(images.map((image) => [image.digest, image]));
    this.#byTag = new Map(images.flatMap((image) => image.tags.map((tag) => [tag, image])));
  }

  /** The image with a digest. */
  copyOf(digest: string): Image | undefined {
    return this.#byDigest.get(digest);
  }

  /**
   * What a deletion of an image reaches in the copy: by its digest, and by each of its tags. A tag can name another image
   * there, which loses it, and with its last tag is deleted.
   */
  reachedBy(image: Image): ReadonlySet<Image> {
    const named = [this.copyOf(image.digest), ...image.tags.map((tag) => this.#byTag.get(tag))];
    // The image as it is here: its copy can be on its way.
    return new Set([image, ...named.filter((each) => each !== undefined)]);
  }
}
