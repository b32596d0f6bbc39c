import fc from "fast-check";
import { expect, test } from "vitest";

import { decide } from "../../src/plan/plan.ts";
import type { Image } from "../../src/registry/image.ts";
import { app, appByDigest, askedToDelete, copiesOf, digestsIn, serviceUsing } from "../accounts.ts";
import { inputs, takeYourTime } from "../random-inputs.ts";
import { runAccount } from "../make-run.ts";
import { keepDays } from "../plan/situation.ts";
import { type SimulatedImage, enabled, image } from "../simulator/account.ts";

takeYourTime();

/** Random repositories. Their images list and refer to earlier images only: digests allow no circle. */
const repositories = fc
  .array(
    fc.record({
      ageDays: fc.constantFrom(1, 60, 100),
      tags: fc.constantFrom("", "one", "one two"),
      children: fc.array(fc.nat(), { maxLength: 3 }),
      isIndex: fc.boolean(),
      subject: fc.option(fc.nat()),
      use: fc.constantFrom("none", "none", "none", "digest", "tag"),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((drawn) => {
    const images: SimulatedImage[] = [];
    const references: string[] = [];
    for (const [i, { ageDays, tags, children, isIndex, subject, use }] of drawn.entries()) {
      const earlier = (n: number) => images[n % i];
      const listed = i > 0 && isIndex ? children.flatMap((n) => earlier(n) ?? []) : [];
      const target = i > 0 && subject !== null ? earlier(subject) : undefined;
      const names = tags
        .split(" ")
        .filter(Boolean)
        .map((tag) => `${tag}-${i}`);
      images.push(
        image(`image-${i}`, {
          ageDays,
          tags: names.join(" "),
          children: listed,
          ...(target && { subject: target }),
        }),
      );
      if (use === "digest") references.push(appByDigest(`image-${i}`));
      if (use === "tag" && names[0] !== undefined) references.push(app(names[0]));
    }
    return { images, references };
  });

/** The digests that a run must keep: the plan of a program that knows the content of every index. */
function mustKeep(images: readonly SimulatedImage[], references: readonly string[]): string[] {
  const known = images.map(({ digest, tags, sizeBytes, pushedAt, mediaType, subject }): Image => ({
    digest,
    tags: [...tags],
    sizeBytes,
    pushedAt: pushedAt?.getTime(),
    mediaType,
    subject,
  }));
  const isPinned = ({ digest }: Image) => references.some((each) => each.endsWith(`@${digest}`));
  const isUsed = (each: Image) =>
    isPinned(each) || each.tags.some((tag) => references.some((by) => by.endsWith(`:${tag}`)));
  const decisions = decide({
    images: known,
    manifests: new Map(images.map(({ digest, children }) => [digest, children])),
    policy: keepDays(30),
    usage: {
      isPinned,
      placesOf: (each) => (isUsed(each) ? ["somewhere"] : []),
      isInUseElsewhere: (digest) => references.some((each) => each.endsWith(`@${digest}`)),
    },
    evidenceSince: Infinity,
    now: Date.now(),
  });
  return decisions.flatMap(({ image: { digest }, verdict }) =>
    verdict.action === "keep" ? [digest] : [],
  );
}

/** Makes a real run. Returns the digests that are left, the digests that ECR was asked to delete, and the summary. */
async function cleanCopy(images: readonly SimulatedImage[], references: readonly string[]) {
  const { account, simulator, summary } = await runAccount({
    ...serviceUsing(...references),
    repositories: { app: enabled(copiesOf(images)) },
  });
  return { left: digestsIn(account, "app"), asked: askedToDelete(simulator), summary };
}

test("a run of any repository asks ECR to delete only unused images, and its counts are right", async () => {
  await fc.assert(
    fc.asyncProperty(repositories, async ({ images, references }) => {
      const expected = mustKeep(images, references);
      const { left, asked, summary } = await cleanCopy(images, references);
      expect(expected.filter((digest) => !left.includes(digest))).toEqual([]);
      expect(asked.filter((digest) => expected.includes(digest))).toEqual([]);

      const { total, unused, deleted, refused, failed, kept } = summary.images;
      expect(Object.values(kept).reduce((sum, count) => sum + count, unused)).toBe(total);
      expect(deleted + refused + failed).toBe(unused);
      expect(total - deleted).toBe(left.length);
      expect(summary).toMatchObject({ complete: true, failures: [] });
    }),
    inputs(100),
  );
});

test("a run of any repository deletes all unused images, if no index refers to an image", async () => {
  const plain = repositories.map(({ images, references }) => ({
    images: images.map(({ subject, ...each }) => ({
      ...each,
      // An index that refers to an image is read only after that image is deleted, so its children need another run.
      ...(each.children.length === 0 && subject !== undefined && { subject }),
    })),
    references,
  }));
  await fc.assert(
    fc.asyncProperty(plain, async ({ images, references }) => {
      const { left } = await cleanCopy(images, references);
      expect(left.toSorted()).toEqual(mustKeep(images, references).toSorted());
    }),
    inputs(100),
  );
});
