import {
  type ImageReference,
  type UnreadableReference,
  parseReference,
} from "../../registry/reference.ts";
import { findDigests } from "../../registry/text.ts";
import type { References } from "../evidence.ts";
import type { ListedReference } from "./list.ts";

/** How many places a list names for one reference. */
const MAX_PLACES = 3;

/** Collects the references that a scan finds, as a list has them: each once, with a few places. References to registries other than ECR are ignored. */
export class FoundReferences implements References {
  readonly #places = new Map<string, Set<string>>();

  get size(): number {
    return this.#places.size;
  }

  /** @returns false when the reference is on ECR but cannot be read, so that its whole repository is listed */
  add(text: string, place: string): boolean {
    const reference = parseReference(text);
    if (reference === undefined) return true;
    for (const image of imagesOf(text, reference)) this.#note(image, place);
    return !("unreadable" in reference);
  }

  /** In the order of the alphabet. */
  toList(): ListedReference[] {
    return [...this.#places]
      .map(([image, places]) => ({ image, place: [...places].join("; ") }))
      .toSorted((a, b) => (a.image < b.image ? -1 : 1));
  }

  #note(image: string, place: string): void {
    const places = this.#places.get(image) ?? new Set();
    this.#places.set(image, places);
    if (places.size < MAX_PLACES) places.add(place);
  }
}

/** What cannot be read may have characters that no list has. The repository stays known, and so does every digest. */
function imagesOf(text: string, reference: ImageReference | UnreadableReference): string[] {
  if (!("unreadable" in reference)) return [text.trim()];
  const { account, region, repository } = reference;
  const whole = `${account}.dkr.ecr.${region}.amazonaws.com/${repository}:{}`;
  return [whole, ...findDigests(text).map((digest) => `${whole}@${digest}`)];
}
