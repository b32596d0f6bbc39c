import { type Image, isIndex } from "../registry/image.ts";
import type { ImageGraph } from "./graph.ts";

/**
 * The images that may be deleted now, of those that are still to be deleted: an index before what it lists, since ECR
 * refuses it otherwise, and an image before what refers to it, which is kept if the image is. What an unread
 * index lists is unknown, so indexes are deleted first. Pure.
 */
export function nextPhase(rest: ReadonlySet<Image>, graph: ImageGraph): Image[] {
  const ready = [...rest].filter((image) => blockersOf(image, rest, graph).length === 0);
  if (ready.length > 0) return mostUrgent(ready);
  return rest.size > 0 ? [oneOfCycle(rest, graph)] : [];
}

/** The images to delete before an image: the indexes that list it, else those that it refers to. */
function blockersOf(image: Image, rest: ReadonlySet<Image>, graph: ImageGraph): Image[] {
  const parents = graph.parentsOf(image).filter((other) => rest.has(other));
  if (parents.length > 0) return parents;
  return graph.subjectsOf(image).filter((other) => other !== image && rest.has(other));
}

/** Tagged indexes, else untagged ones, which others may list, else all. */
function mostUrgent(images: readonly Image[]): Image[] {
  const indexes = images.filter(isIndex);
  const tagged = indexes.filter(({ tags }) => tags.length > 0);
  return [tagged, indexes, [...images]].find(({ length }) => length > 0) ?? [];
}

/**
 * The image to begin with where each waits for another one, such as an index that is tagged as the signature of its own
 * child, or two signatures that sign each other. One alone: if ECR refuses it, the others are kept. Indexes list no
 * circles, so some image of the circle is listed by none of them. Of these, one with one tag is first: ECR checks whether
 * its tag has moved.
 */
function oneOfCycle(rest: ReadonlySet<Image>, graph: ImageGraph): Image {
  const path = new Set<Image>();
  let [image] = inOrder([...rest]);
  while (image !== undefined && !path.has(image)) {
    path.add(image);
    [image] = inOrder(blockersOf(image, rest, graph));
  }
  const cycle = [...path].slice([...path].findIndex((each) => each === image));
  const isListed = (each: Image) => graph.parentsOf(each).some((parent) => rest.has(parent));
  const [chosen] = inOrder(cycle.filter((each) => !isListed(each)));
  if (chosen === undefined) throw new Error("Indexes list each other in a circle");
  return chosen;
}

function inOrder(images: readonly Image[]): Image[] {
  const rank = ({ tags }: Image) => (tags.length === 1 ? 0 : 1);
  return images.toSorted((a, b) => rank(a) - rank(b) || (a.digest < b.digest ? -1 : 1));
}
