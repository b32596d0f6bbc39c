import type { Image } from "../image.ts";

/** Why an image can stay. */
export const KEEP_REASONS = [
  /** At most keepDays old, or of unknown age. */
  "too-young",
  /** Its digest or one of its tags is in use. */
  "in-use",
  /** An index that stays, or that is in use, lists it. */
  "child-of-kept",
  /** It is an index that lists an image in use. */
  "parent-of-in-use",
  /** It is about (signs, attests, describes) an image that stays. */
  "referrer-of-kept",
] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

/** What is to become of an image; `because` names the evidence, where there is any, for people to read. */
export type Verdict =
  | { readonly action: "delete" }
  | { readonly action: "keep"; readonly reason: KeepReason; readonly because?: string };

/** An image and its verdict. */
export interface Decision {
  readonly image: Image;
  readonly verdict: Verdict;
}

/** The verdict that keeps an image for a reason. */
export function keep(reason: KeepReason, because?: string): Verdict {
  return { action: "keep", reason, ...(because === undefined ? {} : { because }) };
}

/** The verdict that lets an image go. */
export const remove: Verdict = { action: "delete" };
