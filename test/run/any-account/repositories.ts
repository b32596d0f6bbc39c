import fc from "fast-check";

import { type SimulatedImage, MANIFEST, repository } from "../../simulator/account.ts";
import type { SimulatedRepository } from "../../simulator/images.ts";
import { IMAGES, digestOfNumber, numbers, sometimes, tagNames } from "./references.ts";

const NO_NUMBERS: readonly number[] = [];
export const INDEX = "application/vnd.oci.image.index.v1+json";
const DAY_MS = 86_400_000;

/** Tags by which signatures and the like name an image, as cosign and the OCI fallback write them. */
const tagsAbout = fc
  .tuple(numbers, fc.constantFrom(".sig", ".att", ".sbom", ""))
  .map(([number, suffix]) => `${digestOfNumber(number).replace(":", "-")}${suffix}`);

/** The content of each image by number: it can only name images of lower numbers, as digests make it. */
const contents = fc.array(
  fc.record({
    children: sometimes(NO_NUMBERS, fc.uniqueArray(numbers, { minLength: 1, maxLength: 2 }), 2),
    subject: sometimes(undefined, numbers, 4),
  }),
  { minLength: IMAGES, maxLength: IMAGES },
);
type Contents = typeof contents extends fc.Arbitrary<infer Value> ? Value : never;

/** An image as it lies in one repository; an age of null is a push date that ECR does not tell. */
const images = fc.record({
  number: numbers,
  ageDays: sometimes(100, fc.constantFrom(0, 29.99, 30, 30.01, 60, null), 3),
  tags: fc.uniqueArray(
    fc.oneof({ weight: 4, arbitrary: tagNames }, { weight: 1, arbitrary: tagsAbout }),
    { maxLength: 3 },
  ),
  pulledDaysAgo: sometimes(undefined, fc.constantFrom(0.5, 6, 7, 50)),
  isArchived: sometimes(false, fc.constant(true), 15),
});
type DrawnImage = typeof images extends fc.Arbitrary<infer Value> ? Value : never;

const ENABLED = { BoxCleanerEnabled: "true" };

/** The tags of a repository: most enable it, some wrongly, some with rules of their own. */
const repositoryTags = sometimes(
  ENABLED,
  fc.constantFrom<Record<string, string>>(
    {},
    { BoxCleanerEnabled: "True" },
    { boxcleanerenabled: "true" },
    { ...ENABLED, BoxCleanerKeepDays: "60" },
    { ...ENABLED, BoxCleanerKeepDays: "soon" },
    { ...ENABLED, BoxCleanerKeepdays: "365" },
    { ...ENABLED, BoxCleanerKeepCount: "1" },
    { ...ENABLED, BoxCleanerKeepCount: "-1" },
    { ...ENABLED, BoxCleanerKeepTags: "v release" },
    { ...ENABLED, BoxCleanerKeepPulledDays: "7" },
    { ...ENABLED, BoxCleanerEnable: "true" },
    { ...ENABLED, BoxCleanerUnseenPullers: "ignore" },
    { ...ENABLED, BoxCleanerUnseenPullers: "skip" },
    { ...ENABLED, BoxCleanerUnseenPullers: "none" },
  ),
);

/** The repositories of an account, with the same content for the same image in each of them. */
export const repositories = fc.record({
  contents,
  repositories: fc.array(
    fc.record({
      tags: repositoryTags,
      images: fc.uniqueArray(images, {
        minLength: 1,
        maxLength: 4,
        selector: ({ number }) => number,
      }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});
export type DrawnRepositories =
  typeof repositories extends fc.Arbitrary<infer Value> ? Value : never;

/** One of the repositories, with images of ages before `now`, in milliseconds since the epoch. */
export function createRepository(
  { tags, images: drawn }: DrawnRepositories["repositories"][number],
  contentsByNumber: Contents,
  now: number,
): SimulatedRepository {
  const taken = new Set<string>();
  return repository(
    drawn.map((each) => {
      const free = each.tags.filter((tag) => !taken.has(tag));
      for (const tag of free) taken.add(tag);
      return createImage({ ...each, tags: free }, contentsByNumber, now);
    }),
    { ...tags },
  );
}

function createImage(
  { number, ageDays, tags, pulledDaysAgo, isArchived }: DrawnImage,
  contentsByNumber: Contents,
  now: number,
): SimulatedImage {
  const { children = [], subject } = contentsByNumber[number] ?? {};
  const listed = [...children].filter((child) => child < number).map(digestOfNumber);
  return {
    digest: digestOfNumber(number),
    tags: new Set(tags),
    sizeBytes: 1_000_000 + number,
    ...(ageDays !== null && { pushedAt: new Date(now - ageDays * DAY_MS) }),
    mediaType: listed.length > 0 ? INDEX : MANIFEST,
    children: listed,
    ...(subject !== undefined && subject < number && { subject: digestOfNumber(subject) }),
    isArchived,
    ...(pulledDaysAgo !== undefined && { lastPulledAt: new Date(now - pulledDaysAgo * DAY_MS) }),
  };
}
