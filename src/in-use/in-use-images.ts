import { canonicalKeys, digestKey, parseReference, tagKey } from "../registry/reference.ts";
import type { Image } from "../registry/image.ts";

/** Reports one image reference and the place it was seen at, such as an ECS service or a function version. */
export type Sighting = (reference: string, place: string) => void;

/** How many places are remembered for one reference; a thousand tasks of a service say nothing new. */
const MAX_PLACES = 10;

/** Every image that something uses, held as canonical keys, each with the places it was seen at. */
export class InUseImages {
  readonly #places = new Map<string, string[]>();

  /** The number of distinct references: tags, digests and whole repositories. */
  get size(): number {
    return this.#places.size;
  }

  /**
   * Adds a reference; those to registries other than ECR are passed over.
   *
   * @returns false when the reference is on ECR but cannot be read, so that its whole repository counts as used
   */
  add(text: string, place: string): boolean {
    const reference = parseReference(text);
    if (reference === undefined) return true;
    for (const key of canonicalKeys(reference)) {
      const places = this.#places.get(key);
      if (places === undefined) this.#places.set(key, [place]);
      else if (places.length < MAX_PLACES && !places.includes(place)) places.push(place);
    }
    return !("unreadable" in reference);
  }

  /** Where an image of a repository (given by its canonical key) is used, by digest, by any tag or as a whole. */
  placesOf(repository: string, image: Image): readonly string[] {
    const keys = [
      digestKey(repository, image.digest),
      ...image.tags.map((tag) => tagKey(repository, tag)),
      repository,
    ];
    return [...new Set(keys.flatMap((key) => this.#places.get(key) ?? []))];
  }

  /** Whether an image of a repository (given by its canonical key) is used by its very digest. */
  isPinned(repository: string, image: Image): boolean {
    return this.#places.has(digestKey(repository, image.digest));
  }
}
