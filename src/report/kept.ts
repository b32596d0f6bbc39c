import type { Summary } from "./summary.ts";

/** Counts all images that a run keeps. */
export function countKept({ images }: Summary): number {
  return Object.values(images.kept).reduce((sum, count) => sum + count, 0);
}

/** Says how many images a run keeps for each reason, the most frequent first; empty if it keeps none. */
export function formatKeptReasons({ images }: Summary): string {
  return Object.entries(images.kept)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${count.toLocaleString("en")} ${reason}`)
    .join(", ");
}
