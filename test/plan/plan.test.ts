import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Image } from "../../src/image.ts";
import { plan } from "../../src/plan/plan.ts";
import { type Verdict, keep, remove } from "../../src/plan/verdict.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 24);

interface Case {
  readonly name: string;
  readonly ageDays: number | undefined;
  readonly keepDays?: number;
  readonly usedAt?: string;
  readonly expected: Verdict;
}

describe("the verdict of one image", () => {
  test.for<Case>([
    { name: "young and unused", ageDays: 1, expected: keep("too-young") },
    { name: "a moment younger than the limit", ageDays: 29.999, expected: keep("too-young") },
    { name: "exactly at the limit", ageDays: 30, expected: keep("too-young") },
    { name: "a moment older than the limit", ageDays: 30.001, expected: remove },
    { name: "pushed in the future", ageDays: -1, keepDays: 0, expected: keep("too-young") },
    { name: "pushed now, with keepDays 0", ageDays: 0, keepDays: 0, expected: keep("too-young") },
    { name: "pushed before now, with keepDays 0", ageDays: 0.001, keepDays: 0, expected: remove },
    {
      name: "without a push date",
      ageDays: undefined,
      expected: keep("too-young", "no push date"),
    },
    {
      name: "old and in use",
      ageDays: 400,
      usedAt: "a service",
      expected: keep("in-use", "a service"),
    },
    { name: "young and in use", ageDays: 1, usedAt: "a service", expected: keep("too-young") },
  ])("$name", ({ ageDays, keepDays = 30, usedAt, expected }) => {
    const image: Image = {
      digest: "sha256:1",
      tags: ["v1"],
      sizeBytes: 1,
      ...(ageDays !== undefined && { pushedAt: NOW - ageDays * DAY }),
    };
    const decisions = plan({
      images: [image],
      policy: { keepDays },
      usedAt: () => usedAt,
      now: NOW,
    });
    expect(decisions).toEqual([{ image, verdict: expected }]);
  });
});

describe("any plan", () => {
  const images = fc.uniqueArray(
    fc.record({
      digest: fc.stringMatching(/^sha256:[0-9a-f]{8}$/),
      tags: fc.array(fc.string(), { maxLength: 3 }),
      sizeBytes: fc.nat(),
      pushedAt: fc.integer({ min: NOW - 100 * DAY, max: NOW + DAY }),
    }),
    { selector: ({ digest }) => digest },
  );
  const keepDays = fc.nat({ max: 100 });
  const goes = (list: readonly Image[], days: number, used: ReadonlySet<string> = new Set()) =>
    plan({
      images: list,
      policy: { keepDays: days },
      usedAt: ({ digest }) => (used.has(digest) ? "somewhere" : undefined),
      now: NOW,
    })
      .filter(({ verdict }) => verdict.action === "delete")
      .map(({ image }) => image.digest);

  test("has one verdict for every image, in their order", () => {
    fc.assert(
      fc.property(images, keepDays, (list, days) => {
        const decisions = plan({
          images: list,
          policy: { keepDays: days },
          usedAt: () => undefined,
          now: NOW,
        });
        expect(decisions.map(({ image }) => image)).toEqual(list);
      }),
    );
  });

  test("deletes nothing that is in use", () => {
    fc.assert(
      fc.property(images, keepDays, fc.func(fc.boolean()), (list, days, isUsed) => {
        const used = new Set(list.map(({ digest }) => digest).filter((digest) => isUsed(digest)));
        expect(goes(list, days, used).filter((digest) => used.has(digest))).toEqual([]);
      }),
    );
  });

  test("deletes no more with a larger keepDays", () => {
    fc.assert(
      fc.property(images, keepDays, keepDays, (list, days, more) => {
        const less = new Set(goes(list, days));
        expect(goes(list, days + more).every((digest) => less.has(digest))).toBe(true);
      }),
    );
  });

  test("does not depend on the order of the images", () => {
    fc.assert(
      fc.property(images, keepDays, (list, days) => {
        expect(goes(list.toReversed(), days).toSorted()).toEqual(goes(list, days).toSorted());
      }),
    );
  });
});
