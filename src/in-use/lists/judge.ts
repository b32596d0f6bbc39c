import type { InUseList } from "./list.ts";
import { isInEcr } from "./listed-reference.ts";
import { quote } from "./quote.ts";

const HOUR_MS = 60 * 60 * 1000;
/** How far the clock of a list's maker may be ahead of this machine's, in ms. */
const MAX_AHEAD_MS = 5 * 60 * 1000;

/** What a list is judged by. */
export interface Standard {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** A list of exactly this age is still evidence. */
  readonly maxHours: number;
}

/**
 * Requires that a list is evidence: complete, neither too old nor from the future, and in the words of ECR. The message of what it throws
 * continues "The list cannot be used: ".
 */
export function requireEvidence(list: InUseList, { now, maxHours }: Standard): void {
  const { time, complete, references } = list;
  const ageMs = now - time;
  const iso = quote(new Date(time).toISOString());
  if (ageMs > maxHours * HOUR_MS) {
    const hours = (ageMs / HOUR_MS).toFixed(1);
    throw new Error(
      `its time is ${iso}, which is ${hours} hours ago, and IN_USE_LISTS_MAX_HOURS is ${maxHours} (raise it if such an old list says enough)`,
    );
  }
  if (-ageMs > MAX_AHEAD_MS) {
    const minutes = Math.ceil(-ageMs / 60_000);
    throw new Error(
      `its time is ${iso}, which is ${minutes} minutes ahead of this machine's clock (set the clock right where the list is made, or here)`,
    );
  }
  if (!complete) throw new Error('its "complete" is false, so its maker did not read everything');
  const [first] = references;
  if (first !== undefined && !references.some(({ image }) => isInEcr(image))) {
    throw new Error(
      `it names no image in ECR, beginning with ${quote(first.image)} (write the registry too, as in 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v1)`,
    );
  }
}
