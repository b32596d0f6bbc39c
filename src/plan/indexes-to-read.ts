import { type Image, isIndex } from "../registry/image.ts";
import { ImageGraph, type Manifests } from "./graph.ts";
import type { Usage } from "./plan.ts";
import type { Decision } from "./verdict.ts";

/**
 * The indexes whose content can change a verdict. Reading an index stamps its pull time in ECR, so no others are read:
 *
 * - an index that is kept while some image would be deleted: what it lists is kept too. But an index that only a recent
 *   pull keeps is not read, or it would always have been pulled recently. ECR protects what it lists. If a kept index
 *   lists it, it is read all the same.
 * - an index that would be deleted while some image is in use by its digest: it may list that image.
 *
 * Pure.
 */
export function indexesToRead(
  decisions: readonly Decision[],
  manifests: Manifests,
  usage: Usage,
): Image[] {
  if (!decisions.some(({ verdict }) => verdict.action === "delete")) return [];
  const images = decisions.map(({ image }) => image);
  const isAnyPinned = images.some(usage.isPinned);
  const graph = new ImageGraph(images, manifests);
  const kept = new Set(
    decisions.flatMap(({ image, verdict }) => (verdict.action === "keep" ? [image] : [])),
  );
  const matters = ({ image, verdict }: Decision) => {
    if (verdict.action === "delete") return isAnyPinned;
    if (verdict.reason !== "recently-pulled") return true;
    return graph.parentsOf(image).some((parent) => kept.has(parent));
  };
  return decisions
    .filter(
      ({ image }) => isIndex(image) && image.isArchived !== true && !manifests.has(image.digest),
    )
    .filter(matters)
    .map(({ image }) => image);
}
