import { canonicalKeys, digestKey, parseReference, tagKey } from "../image-reference.ts";
import type { Image } from "../image.ts";

/** Reports one image reference and the place it was seen at, such as an ECS service or a function version. */
export type Sighting = (reference: string, place: string) => void;

/** Every image that something uses, held as canonical keys, each with the first place it was seen at. */
export class InUseImages {
  readonly #places = new Map<string, string>();

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
      if (!this.#places.has(key)) this.#places.set(key, place);
    }
    return !("unreadable" in reference);
  }

  /** Where an image of the given repository (by its canonical key) is used: by digest, by any tag, or as a whole. */
  placeOf(repository: string, image: Image): string | undefined {
    return [
      digestKey(repository, image.digest),
      ...image.tags.map((tag) => tagKey(repository, tag)),
      repository,
    ]
      .map((key) => this.#places.get(key))
      .find((place) => place !== undefined);
  }
}
