import type { Image } from "../image.ts";
import { type Keep, keep } from "./verdict.ts";

/** The retention rules of one repository. */
export interface Policy {
  /** Days; an image of exactly this age still stays. */
  readonly keepDays: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Why the policy alone keeps an image at the time `now` (ms since the epoch), if it does. */
export function retain(image: Image, policy: Policy, now: number): Keep | undefined {
  if (image.isArchived) return keep("archived");
  // Doubt keeps the image: without a push date nobody knows that it is old.
  if (image.pushedAt === undefined) return keep("too-young", "no push date");
  const ageDays = (now - image.pushedAt) / DAY_MS;
  return ageDays <= policy.keepDays ? keep("too-young") : undefined;
}
