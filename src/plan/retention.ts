import { dayOf } from "../history/hour.ts";
import { type Proof, maxGapFor } from "../history/history.ts";
import type { Image } from "../registry/image.ts";
import { daysBetween } from "./age.ts";
import { isReferrer } from "./graph.ts";
import { matchesTag } from "./kept-tags.ts";
import { type Keep, keep } from "./verdict.ts";

/** The retention rules of one repository. */
export interface Policy {
  /** Days; an image of exactly this age is kept. */
  readonly keepDays: number;
  /** How many of the newest tagged images are kept, whatever their age; 0 for none. */
  readonly keepCount: number;
  /** Images with a tag that one of these words matches are kept. */
  readonly keepTags: readonly string[];
  /** Days since the last pull that ECR has recorded; an image of exactly this many is kept; off if missing. */
  readonly keepPulledDays: number | undefined;
  /** Days since the last day on which the image can have been in use; an image of exactly this many is kept; off if missing. */
  readonly keepUsedDays: number | undefined;
}

/** Whether a time is more than some days ago. False for a time that is no number. */
function isOlder(time: number, days: number, now: number): boolean {
  return daysBetween(time, now) > days;
}

/** Why the age of an image alone keeps it at the time `now` (ms since the epoch), if it does. Pure. */
export function keepByAge(image: Image, { keepDays }: Policy, now: number): Keep | undefined {
  if (image.isArchived === true) return keep("archived");
  // Doubt keeps the image: without a push date, the age is unknown.
  if (image.pushedAt === undefined) return keep("too-young", "no push date");
  return isOlder(image.pushedAt, keepDays, now) ? undefined : keep("too-young");
}

/** Prepares to say why a rule beyond age keeps an image at the time `now` (ms since the epoch), if one does. Pure. */
export function rules(
  images: readonly Image[],
  { keepCount, keepTags, keepPulledDays, keepUsedDays }: Policy,
  now: number,
  proof: Proof | undefined,
): (image: Image) => Keep | undefined {
  const newest = newestTagged(images, keepCount);
  const keepByHistory = keepUsedDays === undefined ? undefined : ruleOfHistory(keepUsedDays, proof);
  return (image) => {
    if (newest.has(image)) return keep("newest", `one of the newest ${keepCount}`);
    const kept = image.tags.find((tag) => keepTags.some((word) => matchesTag(word, tag)));
    if (kept !== undefined) return keep("kept-tag", `tag ${kept}`);
    return keepIfPulled(image, keepPulledDays, now) ?? keepByHistory?.(image);
  };
}

/** Keeps what a run has found in use lately and, while the history is too young to prove anything, every image. */
function ruleOfHistory(days: number, proof: Proof | undefined): (image: Image) => Keep | undefined {
  if (proof === undefined) return () => keep("recently-used", NOT_READABLE);
  const young = proof.tooYoungFor(days);
  const unproven = young && keep("recently-used", describeYoung(young, days));
  return ({ digest }) => {
    const use = proof.recentUse(digest, days);
    if (use === undefined) return unproven;
    return keep("recently-used", `in use on ${dayOf(use.hour)}: ${use.user}`);
  };
}

const NOT_READABLE = "the history of use cannot be read, so the image may have been in use lately";

function describeYoung({ begin, until }: { begin: number; until: number }, days: number): string {
  return (
    `the history of its repository begins on ${dayOf(begin)}: deletions begin on ${dayOf(until)}, ` +
    `if until then no two runs are more than ${maxGapFor(days)} days apart`
  );
}

function keepIfPulled(
  { pulledAt }: Image,
  keepPulledDays: number | undefined,
  now: number,
): Keep | undefined {
  if (pulledAt === undefined || keepPulledDays === undefined) return undefined;
  if (isOlder(pulledAt, keepPulledDays, now)) return undefined;
  return keep("recently-pulled", `last pulled ${new Date(pulledAt).toISOString()}`);
}

/** The newest tagged images. An image that refers to another one is kept or deleted with that, and does not count. */
function newestTagged(images: readonly Image[], count: number): ReadonlySet<Image> {
  if (count === 0) return new Set();
  const pushedAt = (image: Image) => image.pushedAt ?? 0;
  const candidates = images.filter(
    (image) =>
      image.tags.length > 0 &&
      image.pushedAt !== undefined &&
      image.isArchived !== true &&
      !isReferrer(image),
  );
  candidates.sort((a, b) => pushedAt(b) - pushedAt(a) || (a.digest < b.digest ? -1 : 1));
  return new Set(candidates.slice(0, count));
}
