import { type Image, isIndex } from "../registry/image.ts";
import type { Manifests } from "./graph.ts";
import type { Usage } from "./plan.ts";
import type { Decision } from "./verdict.ts";

/**
 * The indexes whose content can change a verdict, and no more, since reading one stamps its pull time in ECR: those
 * that stay while some image would go, and those that would go while an image is in use by its digest. One that stays
 * only because it was pulled is not read, or it would always just have been pulled; what it lists, ECR protects; pure.
 */
export function indexesToRead(
  decisions: readonly Decision[],
  manifests: Manifests,
  usage: Usage,
): Image[] {
  if (!decisions.some(({ verdict }) => verdict.action === "delete")) return [];
  const isAnyPinned = decisions.some(({ image }) => usage.isPinned(image));
  return decisions
    .filter(({ verdict }) => {
      if (verdict.action === "delete") return isAnyPinned;
      return verdict.reason !== "recently-pulled";
    })
    .map(({ image }) => image)
    .filter((image) => isIndex(image) && !image.isArchived && !manifests.has(image.digest));
}
