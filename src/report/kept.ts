import type { Summary } from "./summary.ts";

/** Counts all images that a run keeps. */
export function countKept({ images }: Summary): number {
  return Object.values(images.kept).reduce((sum, count) => sum + count, 0);
}
