import type { Image } from "../registry/image.ts";

/** The reasons to keep an image. Of several that apply, the first one counts. */
export const KEEP_REASONS = [
  /** In ECR's archive: its content cannot be read. */
  "archived",
  /** At most keepDays old, or of unknown age. */
  "too-young",
  /** Its digest or one of its tags is in use, or it was pulled since the evidence was begun. */
  "in-use",
  /** One of the newest tagged images, by the rule keepCount. */
  "newest",
  /** One of its tags matches the rule keepTags. */
  "kept-tag",
  /** Pulled recently, by the rule keepPulledDays. */
  "recently-pulled",
  /** Found in use lately, or perhaps so, by the rule keepUsedDays. */
  "recently-used",
  /** An index that is kept lists it. */
  "child-of-kept",
  /** It is an index that lists an image in use. */
  "parent-of-in-use",
  /** It refers to (signs, attests, describes) an image that is kept. */
  "referrer-of-kept",
  /** It has no tag, and its repository has an index that cannot be read and may list it. */
  "maybe-listed",
  /** It refers to an image of another repository that is in use, or it is in a repository of nothing but referrers. */
  "subject-elsewhere",
] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

/** The verdict to keep an image. `because` names the evidence, where there is any, for people to read. */
export interface Keep {
  readonly action: "keep";
  readonly reason: KeepReason;
  readonly because: readonly string[];
}

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

/** The verdict that deletes an image. */
export const remove: Verdict = { action: "delete" };

/** The images that verdicts delete. */
export function unusedOf(decisions: readonly Decision[]): Image[] {
  return decisions.flatMap(({ image, verdict }) => (verdict.action === "delete" ? [image] : []));
}
