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

  /** The places that use an image, or what its deletion would reach in a copy. */
  placesOf(inUse: InUseImages, image: Image): string[] {
    const here = inUse.placesOf(this.#key, image);
    const there = this.#replicas.flatMap((replica) =>
      [...replica.reachedBy(image)].flatMap((copy) => inUse.placesOf(replica.key, copy)),
    );
    return [...new Set([...here, ...there])];
  }

  /** Whether an image is used by its very digest. */
  isPinned(inUse: InUseImages, image: Image): boolean {
    const keys = [this.#key, ...this.#replicas.map(({ key }) => key)];
    return keys.some((key) => inUse.isPinned(key, image));
  }

  /** An image with its latest pull, here or from a copy. */
  withLatestPull(image: Image): Image {
    const pulls = [image, ...this.#replicas.map((replica) => replica.copyOf(image.digest))];
    const times = pulls.flatMap((each) => each?.pulledAt ?? []);
    return times.length > 0 ? { ...image, pulledAt: Math.max(...times) } : image;
  }
}
