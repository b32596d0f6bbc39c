import type { Image } from "../registry/image.ts";

/** Why an image can stay, the first of these that applies. */
export const KEEP_REASONS = [
  /** In ECR's archive: not in the way, and not to be judged while nobody can read it. */
  "archived",
  /** At most keepDays old, or of unknown age. */
  "too-young",
  /** Its digest or one of its tags is in use. */
  "in-use",
  /** One of the newest tagged images, by the rule keepCount. */
  "newest",
  /** A tag of it begins as the rule keepTags says. */
  "kept-tag",
  /** Pulled not long ago, by the rule keepPulledDays. */
  "recently-pulled",
  /** An index that stays lists it. */
  "child-of-kept",
  /** It is an index that lists an image in use. */
  "parent-of-in-use",
  /** It is about (signs, attests, describes) an image that stays. */
  "referrer-of-kept",
] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

/** An image stays; `because` names the evidence, where there is any, for people to read. */
export interface Keep {
  readonly action: "keep";
  readonly reason: KeepReason;
  readonly because: readonly string[];
}

/** What is to become of an image. */
export type Verdict = Keep | { readonly action: "delete" };

/** An image and its verdict. */
export interface Decision {
  readonly image: Image;
  readonly verdict: Verdict;
}

/** The verdict that keeps an image for a reason. */
export function keep(reason: KeepReason, ...because: string[]): Keep {
  return { action: "keep", reason, because };
}

/** The verdict that lets an image go. */
export const remove: Verdict = { action: "delete" };
