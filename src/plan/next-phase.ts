import { type Image, isIndex } from "../registry/image.ts";
import type { ImageGraph } from "./graph.ts";

/**
 * Orders images for deletion, in phases of which each is to be over before the next begins: an index before what it
 * lists, since ECR refuses it otherwise, and an image before what is about it, which has to stay if the image does.
 * What an unread index lists is not known, so that indexes go as soon as they can; pure.
 */
export function deletionPhases(images: readonly Image[], graph: ImageGraph): Image[][] {
  const phases: Image[][] = [];
  const rest = new Set(images);
  while (rest.size > 0) {
    const ready = [...rest].filter((image) => {
      const before = [...graph.parentsOf(image), ...graph.subjectsOf(image)];
      return !before.some((other) => rest.has(other));
    });
    // None is ready in a circle, such as an index that is tagged as the signature of its own child.
    const phase = mostUrgent(ready.length > 0 ? ready : [...rest]);
    for (const image of phase) rest.delete(image);
    phases.push(phase);
  }
  return phases;
}

/** Tagged indexes, else untagged ones, which others may list, else all. */
function mostUrgent(images: readonly Image[]): Image[] {
  const indexes = images.filter(isIndex);
  const tagged = indexes.filter(({ tags }) => tags.length > 0);
  return [tagged, indexes, [...images]].find(({ length }) => length > 0) ?? [];
}
