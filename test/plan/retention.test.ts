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

describe("the verdict of one image by a rule", () => {
  test.for<Case>([
    {
      name: "one of the newest",
      image: { tags: ["v1"] },
      rules: { keepCount: 3 },
      expected: keep("newest", "one of the newest 3"),
    },
    { name: "newest, but untagged", image: {}, rules: { keepCount: 1 }, expected: remove },
    {
      name: "with a tag that begins as the rule says",
      image: { tags: ["main-1", "release-2", "rel-3"] },
      rules: { keepTags: ["v", "release-"] },
      expected: keep("kept-tag", "tag release-2"),
    },
    {
      name: "with tags that only contain or shorten what the rule says",
      image: { tags: ["my-release-1", "release", "Release-1"] },
      rules: { keepTags: ["release-"] },
      expected: remove,
    },
    {
      name: "pulled exactly at the limit",
      image: pulled(7),
      rules: { keepPulledDays: 7 },
      expected: keep("recently-pulled", "last pulled 2026-11-17T00:00:00.000Z"),
    },
    {
      name: "pulled a moment before the limit",
      image: pulled(7.001),
      rules: { keepPulledDays: 7 },
      expected: remove,
    },
    { name: "pulled, with the rule off", image: pulled(0), expected: remove },
    { name: "never pulled", image: {}, rules: { keepPulledDays: 7 }, expected: remove },
  ])("$name", ({ image: parts, rules, expected }) => {
    const image = oldImage("a", parts);
    const decisions = decide(situation([image], { policy: keepDays(30, rules) }));
    expect(decisions).toEqual([{ image, verdict: expected }]);
  });
});

describe("the rule keepCount", () => {
  const stays = (images: Image[], keepCount: number) =>
    decide(situation(images, { policy: keepDays(30, { keepCount }) }))
      .filter(({ verdict }) => verdict.action === "keep")
      .map(({ image }) => image.digest);
  const release = (digest: string, days: number, parts: Partial<Image> = {}) =>
    oldImage(digest, { tags: [`t-${digest}`], ...aged(days), ...parts });

  test("keeps the newest by their push dates, young ones among them", () => {
    const images = [release("a", 90), release("b", 1), release("c", 50), release("d", 70)];
    expect(stays(images, 2)).toEqual(["b", "c"]);
    expect(stays(images, 0)).toEqual(["b"]);
    expect(stays(images, 9)).toEqual(["a", "b", "c", "d"]);
  });

  test("takes equal dates by digest, so that the order does not matter", () => {
    const images = [release("b", 90), release("a", 90)];
    expect(stays(images, 1)).toEqual(["a"]);
    expect(stays(images.toReversed(), 1)).toEqual(["a"]);
  });

  test("counts no signatures, undated or archived images", () => {
    const images = [
      release("a", 90),
      release("b", 80),
      release("sig", 50, { tags: [`sha256-${"ab".repeat(32)}.sig`] }),
      release("sbom", 50, { subject: "gone" }),
      release("undated", 0, { pushedAt: undefined }),
      release("frozen", 40, { isArchived: true }),
    ];
    expect(stays(images, 1)).toEqual(["b", "undated", "frozen"]);
  });

  test("keeps children and referrers of what it keeps", () => {
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
