import type { Image } from "../registry/image.ts";
import { isReferrer } from "./graph.ts";
import { type Keep, keep } from "./verdict.ts";

/** The retention rules of one repository. */
export interface Policy {
  /** Days; an image of exactly this age still stays. */
  readonly keepDays: number;
  /** How many of the newest tagged images stay, whatever their age; 0 for none. */
  readonly keepCount: number;
  /** Images with a tag that begins with one of these stay. */
  readonly keepTags: readonly string[];
  /** Days since the last pull that ECR has recorded; exactly so many still keep an image; off if missing. */
  readonly keepPulledDays: number | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;

const daysBetween = (time: number, now: number) => (now - time) / DAY_MS;

/** Why its age alone keeps an image at the time `now` (ms since the epoch), if it does; pure. */
export function keepByAge(image: Image, { keepDays }: Policy, now: number): Keep | undefined {
  if (image.isArchived) return keep("archived");
  // Doubt keeps the image: without a push date nobody knows that it is old.
  if (image.pushedAt === undefined) return keep("too-young", "no push date");
  return daysBetween(image.pushedAt, now) <= keepDays ? keep("too-young") : undefined;
}

/** Prepares to say why a rule beyond age keeps one of some images at the time `now`, if one does; pure. */
export function rules(
  images: readonly Image[],
  { keepCount, keepTags, keepPulledDays }: Policy,
  now: number,
): (image: Image) => Keep | undefined {
  const newest = newestTagged(images, keepCount);
  return (image) => {
    if (newest.has(image)) return keep("newest", `one of the newest ${keepCount}`);
    const kept = image.tags.find((tag) => keepTags.some((prefix) => tag.startsWith(prefix)));
    if (kept !== undefined) return keep("kept-tag", `tag ${kept}`);
    return keepIfPulled(image, keepPulledDays, now);
  };
}

function keepIfPulled(
  { pulledAt }: Image,
  keepPulledDays: number | undefined,
  now: number,
): Keep | undefined {
  if (pulledAt === undefined || keepPulledDays === undefined) return undefined;
  if (daysBetween(pulledAt, now) > keepPulledDays) return undefined;
  return keep("recently-pulled", `last pulled ${new Date(pulledAt).toISOString()}`);
}

/** The newest tagged images; what is only about another image stays or goes with that, and takes no place. */
function newestTagged(images: readonly Image[], count: number): ReadonlySet<Image> {
  if (count === 0) return new Set();
  const pushedAt = (image: Image) => image.pushedAt ?? 0;
  const candidates = images.filter(
    (image) =>
      image.tags.length > 0 &&
      image.pushedAt !== undefined &&
      !image.isArchived &&
      !isReferrer(image),
  );
  candidates.sort((a, b) => pushedAt(b) - pushedAt(a) || (a.digest < b.digest ? -1 : 1));
  return new Set(candidates.slice(0, count));
}
