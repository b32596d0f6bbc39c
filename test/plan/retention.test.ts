import { describe, expect, test } from "vitest";

import { decide } from "../../src/plan/plan.ts";
import type { Policy } from "../../src/plan/retention.ts";
import { type Verdict, keep, remove } from "../../src/plan/verdict.ts";
import type { Image } from "../../src/registry/image.ts";
import { aged, index, keepDays, oldImage, pulled, situation, verdicts } from "./situation.ts";

interface Case {
  readonly name: string;
  readonly image: Partial<Image>;
  readonly rules?: Partial<Policy>;
  readonly expected: Verdict;
}

describe("a retention rule", () => {
  test.for<Case>([
    {
      name: "keeps one of the newest images",
      image: { tags: ["v1"] },
      rules: { keepCount: 3 },
      expected: keep("newest", "one of the newest 3"),
    },
    {
      name: "does not keep the newest image if it is untagged",
      image: {},
      rules: { keepCount: 1 },
      expected: remove,
    },
    {
      name: "keeps an image with a tag that begins with a prefix",
      image: { tags: ["main-1", "release-2", "rel-3"] },
      rules: { keepTags: ["v", "release-"] },
      expected: keep("kept-tag", "tag release-2"),
    },
    {
      name: "does not keep an image whose tags only contain a prefix or a part of one",
      image: { tags: ["my-release-1", "release", "Release-1"] },
      rules: { keepTags: ["release-"] },
      expected: remove,
    },
    {
      name: "keeps an image with a tag that matches a pattern",
      image: { tags: ["main-1", "4711-prod"] },
      rules: { keepTags: ["v1.?", "*-prod"] },
      expected: keep("kept-tag", "tag 4711-prod"),
    },
    {
      name: "does not keep an image of whose tag a pattern matches only a part",
      image: { tags: ["4711-prod-old", "v1.20", "v1."] },
      rules: { keepTags: ["v1.?", "*-prod"] },
      expected: remove,
    },
    {
      name: "keeps an image last pulled exactly keepPulledDays ago",
      image: pulled(7),
      rules: { keepPulledDays: 7 },
      expected: keep("recently-pulled", "last pulled 2026-11-17T00:00:00.000Z"),
    },
    {
      name: "does not keep an image last pulled a moment earlier",
      image: pulled(7.001),
      rules: { keepPulledDays: 7 },
      expected: remove,
    },
    {
      name: "does not keep a pulled image without keepPulledDays",
      image: pulled(0),
      expected: remove,
    },
    {
      name: "does not keep an image that was never pulled",
      image: {},
      rules: { keepPulledDays: 7 },
      expected: remove,
    },
  ])("$name", ({ image: parts, rules, expected }) => {
    const image = oldImage("a", parts);
    const decisions = decide(situation([image], { policy: keepDays(30, rules) }));
    expect(decisions).toEqual([{ image, verdict: expected }]);
  });
});

describe("the rule keepCount", () => {
  const keptBy = (images: Image[], keepCount: number) =>
    decide(situation(images, { policy: keepDays(30, { keepCount }) }))
      .filter(({ verdict }) => verdict.action === "keep")
      .map(({ image }) => image.digest);
  const release = (digest: string, days: number, parts: Partial<Image> = {}) =>
    oldImage(digest, { tags: [`t-${digest}`], ...aged(days), ...parts });

  test("keeps the images with the newest push dates, and counts young images", () => {
    const images = [release("a", 90), release("b", 1), release("c", 50), release("d", 70)];
    expect(keptBy(images, 2)).toEqual(["b", "c"]);
    expect(keptBy(images, 0)).toEqual(["b"]);
    expect(keptBy(images, 9)).toEqual(["a", "b", "c", "d"]);
  });

  test("compares equal push dates by digest, so that the order of the images does not matter", () => {
    const images = [release("b", 90), release("a", 90)];
    expect(keptBy(images, 1)).toEqual(["a"]);
    expect(keptBy(images.toReversed(), 1)).toEqual(["a"]);
  });

  test("does not count signatures, images without a push date and archived images", () => {
    const images = [
      release("a", 90),
      release("b", 80),
      release("sig", 50, { tags: [`sha256-${"ab".repeat(32)}.sig`] }),
      release("sbom", 50, { subject: "gone" }),
      release("undated", 0, { pushedAt: undefined }),
      release("frozen", 40, { isArchived: true }),
    ];
    expect(keptBy(images, 1)).toEqual(["b", "undated", "frozen"]);
  });

  test("keeps the children and referrers of the images that it keeps", () => {
    const images = [
      index("multi", { tags: ["v2"], ...aged(40) }),
      oldImage("child"),
      oldImage("sbom", { subject: "multi" }),
      release("a", 90),
    ];
    const given = situation(images, {
      policy: keepDays(30, { keepCount: 1 }),
      manifests: new Map([["multi", ["child"]]]),
    });
    expect(verdicts(given)).toEqual({
      multi: "newest",
      child: "child-of-kept",
      sbom: "referrer-of-kept",
      a: "delete",
    });
  });
});
