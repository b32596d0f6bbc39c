import type { Image } from "../image.ts";
import { type Policy, retain } from "./retention.ts";
import { type Decision, type Verdict, keep, remove } from "./verdict.ts";

/** All that a decision about the images of one repository rests on. */
export interface Situation {
  readonly images: readonly Image[];
  readonly policy: Policy;
  /** Where an image is in use, or `undefined` if nowhere. */
  readonly usedAt: (image: Image) => string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Decides on every image of a repository: one verdict each, in the order of the images; pure. */
export function plan({ images, policy, usedAt, now }: Situation): Decision[] {
  return images.map((image) => {
    const verdict: Verdict = retain(image, policy, now) ?? keepIfUsed(usedAt(image)) ?? remove;
    return { image, verdict };
  });
}

function keepIfUsed(place: string | undefined): Verdict | undefined {
  return place === undefined ? undefined : keep("in-use", place);
}
