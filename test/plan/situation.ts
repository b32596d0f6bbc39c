import type { Image } from "../../src/registry/image.ts";
import { type Situation, type Usage, decide } from "../../src/plan/plan.ts";
import type { Policy } from "../../src/plan/retention.ts";

export const DAY = 86_400_000;
export const INDEX = "application/vnd.oci.image.index.v1+json";
export const NOW = Date.UTC(2026, 10, 24);

/** An image of 100 days with its digest as its only name. */
export function oldImage(digest: string, parts: Partial<Image> = {}): Image {
  return { digest, tags: [], sizeBytes: 1, pushedAt: NOW - 100 * DAY, ...parts };
}

/** An old image that is an index. */
export function index(digest: string, parts: Partial<Image> = {}): Image {
  return oldImage(digest, { mediaType: INDEX, ...parts });
}

/** The push date of an image of this many days. */
export function aged(days: number): Pick<Image, "pushedAt"> {
  return { pushedAt: NOW - days * DAY };
}

/** The pull date of an image that was last pulled this many days ago. */
export function pulled(days: number): Pick<Image, "pulledAt"> {
  return { pulledAt: NOW - days * DAY };
}

/** Usage by digest of the images given. */
export function pinned(...digests: string[]): Usage {
  const used = new Set(digests);
  return {
    placesOf: ({ digest }) => (used.has(digest) ? [`a user of ${digest}`] : []),
    isPinned: ({ digest }) => used.has(digest),
    isInUseElsewhere: (digest) => used.has(digest),
  };
}

/** Usage by tag of the images given. */
export function tagged(...tags: string[]): Usage {
  const used = new Set(tags);
  return {
    placesOf: (image) => image.tags.filter((tag) => used.has(tag)).map((tag) => `a user of ${tag}`),
    isPinned: () => false,
    isInUseElsewhere: () => false,
  };
}

/** A policy of age alone. */
export function keepDays(days: number, more: Partial<Policy> = {}): Policy {
  return { keepDays: days, keepCount: 0, keepTags: [], keepPulledDays: undefined, ...more };
}

/** A situation in which nothing is in use and no index is read, but for what is given. */
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

/** Every image's verdict in short: `delete`, or the reason to keep it, by digest. */
export function verdicts(given: Situation): Record<string, string> {
  return Object.fromEntries(
    decide(given).map(({ image, verdict }) => [
      image.digest,
      verdict.action === "delete" ? "delete" : verdict.reason,
    ]),
  );
}
