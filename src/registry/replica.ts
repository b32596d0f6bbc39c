import type { Image } from "./image.ts";

/** The copy of a repository in another registry, where ECR repeats the deletions of the repository. */
export class Replica {
  /** Its canonical key. */
  readonly key: string;
  readonly images: readonly Image[];
  readonly #byDigest: ReadonlyMap<string, Image>;
  readonly #byTag: ReadonlyMap<string, Image>;

  constructor(key: string, images: readonly Image[]) {
    this.key = key;
    this.images = images;
    this.#byDigest = new Map(images.map((image) => [image.digest, image]));
    this.#byTag = new Map(images.flatMap((image) => image.tags.map((tag) => [tag, image])));
  }

  /** The image with a digest. */
  copyOf(digest: string): Image | undefined {
    return this.#byDigest.get(digest);
  }

  /** Its registry, `account/region`. */
  get registry(): string {
    return this.key.split("/").slice(0, 2).join("/");
  }

  /** What the deletion of an image reaches in the copy that nobody has decided on: other images with its tags, and other tags of it. */
  surprisesOf({ tags, digest }: Image): string[] {
    const moved = tags.filter((tag) => (this.#byTag.get(tag)?.digest ?? digest) !== digest);
    const added = this.copyOf(digest)?.tags.filter((tag) => !tags.includes(tag)) ?? [];
    return [
      ...moved.map((tag) => `the tag ${tag} names another image`),
      ...added.map((tag) => `the image has the tag ${tag} too`),
    ];
  }
}
