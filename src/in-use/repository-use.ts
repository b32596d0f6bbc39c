import type { Image } from "../registry/image.ts";
import type { Replica } from "../registry/replica.ts";
import type { InUseImages } from "./evidence.ts";

/** Where the images of one repository are in use: under its own name, and under those of copies that lose images with it. */
export class RepositoryUse {
  readonly #key: string;
  readonly #replicas: readonly Replica[];

  /** @param key the repository's canonical key */
  constructor(key: string, replicas: readonly Replica[]) {
    this.#key = key;
    this.#replicas = replicas;
  }

  /**
   * The places that use an image, here or in a copy. A copy that differs counts as such a place: the deletion is repeated
   * there, and would reach other tags or another image, which nobody has decided on.
   */
  placesOf(inUse: InUseImages, image: Image): readonly string[] {
    const here = inUse.placesOf(this.#key, image);
    // Most repositories have no copies.
    if (this.#replicas.length === 0) return here;
    const there = this.#replicas.flatMap((replica) => [
      // Also the image as it is here: its copy can be on its way.
      ...[image, replica.copyOf(image.digest) ?? image].flatMap((each) =>
        inUse.placesOf(replica.key, each),
      ),
      ...replica.surprisesOf(image).map((surprise) => `${replica.registry}, where ${surprise}`),
    ]);
    return [...new Set([...here, ...there])];
  }

  /** Adds the digests of images that are in use by a tag: those given, and those of copies, which can have others. */
  addDigests(inUse: InUseImages, images: readonly Image[]): void {
    for (const image of images) {
      if (this.placesOf(inUse, image).length > 0) inUse.addDigest(image.digest);
    }
    for (const { key, images: copies } of this.#replicas) {
      for (const copy of copies) {
        if (inUse.placesOf(key, copy).length > 0) inUse.addDigest(copy.digest);
      }
    }
  }

  /** Whether an image is used by its very digest. */
  isPinned(inUse: InUseImages, image: Image): boolean {
    const keys = [this.#key, ...this.#replicas.map(({ key }) => key)];
    return keys.some((key) => inUse.isPinned(key, image));
  }

  /** An image with its latest pull, here or from a copy. */
  withLatestPull(image: Image): Image {
    const pulls = this.#replicas.flatMap((each) => each.copyOf(image.digest)?.pulledAt ?? []);
    if (pulls.length === 0) return image;
    return { ...image, pulledAt: Math.max(image.pulledAt ?? 0, ...pulls) };
  }
}
