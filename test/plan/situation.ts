import type { Image } from "../../src/registry/image.ts";
import { type Situation, type Usage, decide } from "../../src/plan/plan.ts";
import type { Policy } from "../../src/plan/retention.ts";

export const DAY = 86_400_000;
export const INDEX = "application/vnd.oci.image.index.v1+json";
export const NOW = Date.UTC(2026, 10, 24);

/** An untagged image, 100 days old. */
export function oldImage(digest: string, parts: Partial<Image> = {}): Image {
  return { digest, tags: [], sizeBytes: 1, pushedAt: NOW - 100 * DAY, ...parts };
}

/** An untagged index, 100 days old. */
export function index(digest: string, parts: Partial<Image> = {}): Image {
  return oldImage(digest, { mediaType: INDEX, ...parts });
}

/** The push date of an image that is this many days old. */
export function aged(days: number): Pick<Image, "pushedAt"> {
  return { pushedAt: NOW - days * DAY };
}

/** The pull date of an image that was last pulled this many days ago. */
export function pulled(days: number): Pick<Image, "pulledAt"> {
  return { pulledAt: NOW - days * DAY };
}

/** Usage of some images by digest. */
export function pinned(...digests: string[]): Usage {
  const used = new Set(digests);
  return {
    placesOf: ({ digest }) => (used.has(digest) ? [`a user of ${digest}`] : []),
    isPinned: ({ digest }) => used.has(digest),
    isInUseElsewhere: (digest) => used.has(digest),
  };
}

/** Usage of some images by tag. */
export function tagged(...tags: string[]): Usage {
  const used = new Set(tags);
  return {
    placesOf: (image) => image.tags.filter((tag) => used.has(tag)).map((tag) => `a user of ${tag}`),
    isPinned: () => false,
    isInUseElsewhere: () => false,
  };
}

/** A policy that keeps images by age alone, with any further rules. */
export function keepDays(days: number, more: Partial<Policy> = {}): Policy {
  const none = { keepCount: 0, keepTags: [], keepPulledDays: undefined, keepUsedDays: undefined };
  return { keepDays: days, ...none, ...more };
}

/** A situation without images in use and without indexes that were read, unless given. */
export function situation(images: readonly Image[], parts: Partial<Situation> = {}): Situation {
  return {
    images,
    manifests: new Map(),
    policy: keepDays(30),
    usage: pinned(),
    evidenceSince: Infinity,
    now: NOW,
    ...parts,
  };
}

/** The verdict for each digest: `delete`, or the reason to keep the image. */
export function verdicts(given: Situation): Record<string, string> {
  return Object.fromEntries(
    decide(given).map(({ image, verdict }) => [
      image.digest,
      verdict.action === "delete" ? "delete" : verdict.reason,
    ]),
  );
}
