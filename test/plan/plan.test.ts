import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { hourOf } from "../../src/history/hour.ts";
import { Proof } from "../../src/history/history.ts";
import type { Image } from "../../src/registry/image.ts";
import { ImageGraph, isReferrer } from "../../src/plan/graph.ts";
import { type Situation, type Usage, decide } from "../../src/plan/plan.ts";
import { type Policy, rules } from "../../src/plan/retention.ts";
import { type Verdict, keep, remove } from "../../src/plan/verdict.ts";
import {
  DAY,
  INDEX,
  NOW,
  aged,
  index,
  keepDays,
  oldImage,
  pinned,
  pulled,
  situation,
  tagged,
  verdicts,
} from "./situation.ts";

const HEX = "ab".repeat(32);

interface Case {
  readonly name: string;
  readonly image: Partial<Image>;
  readonly days?: number;
  readonly rules?: Partial<Policy>;
  readonly usage?: Usage;
  readonly expected: Verdict;
}

describe("a plan", () => {
  test.for<Case>([
    { name: "keeps a young, unused image", image: aged(1), expected: keep("too-young") },
    {
      name: "keeps an image a moment younger than keepDays",
      image: aged(29.999),
      expected: keep("too-young"),
    },
    { name: "keeps an image exactly keepDays old", image: aged(30), expected: keep("too-young") },
    {
      name: "deletes an image a moment older than keepDays",
      image: aged(30.001),
      expected: remove,
    },
    {
      name: "keeps an image with a push date in the future",
      image: aged(-1),
      days: 0,
      expected: keep("too-young"),
    },
    {
      name: "keeps an image pushed now if keepDays is 0",
      image: aged(0),
      days: 0,
      expected: keep("too-young"),
    },
    {
      name: "deletes an image pushed before now if keepDays is 0",
      image: aged(0.001),
      days: 0,
      expected: remove,
    },
    { name: "keeps an archived image", image: { isArchived: true }, expected: keep("archived") },
    {
      name: "keeps an old image in use by its digest",
      image: {},
      usage: pinned("a"),
      expected: keep("in-use", "a user of a"),
    },
    {
      name: "keeps an old image in use by two of its three tags",
      image: { tags: ["v1", "v2", "v3"] },
      usage: tagged("v2", "v3"),
      expected: keep("in-use", "a user of v2", "a user of v3"),
    },
    {
      name: "names the age of a young image in use",
      image: aged(1),
      usage: pinned("a"),
      expected: keep("too-young"),
    },
    {
      name: "names the age of a young image that a rule keeps",
      image: { ...aged(1), tags: ["v1"] },
      rules: { keepCount: 1, keepTags: ["v"] },
      expected: keep("too-young"),
    },
    {
      name: "names the use of an image in use that a rule keeps",
      image: { tags: ["v1"] },
      rules: { keepCount: 1, keepTags: ["v"] },
      usage: tagged("v1"),
      expected: keep("in-use", "a user of v1"),
    },
  ])("$name", ({ image: parts, days = 30, rules, usage = pinned(), expected }) => {
    const image = oldImage("a", parts);
    const decisions = decide(situation([image], { policy: keepDays(days, rules), usage }));
    expect(decisions).toEqual([{ image, verdict: expected }]);
  });

  test("keeps an image without a push date", () => {
    const image: Image = { digest: "a", tags: [], sizeBytes: 1 };
    expect(decide(situation([image]))).toEqual([
      { image, verdict: keep("too-young", "no push date") },
    ]);
  });
});

interface GraphCase {
  readonly name: string;
  readonly images: Image[];
  readonly manifests?: Record<string, string[]>;
  readonly usage?: Usage;
  readonly expected: Record<string, string>;
}

describe("a plan of related images", () => {
  test.for<GraphCase>([
    {
      name: "keeps the children of an index in use, and their children",
      images: [index("outer"), index("inner"), oldImage("leaf"), oldImage("other")],
      manifests: { outer: ["inner", "elsewhere"], inner: ["leaf"] },
      usage: pinned("outer"),
      expected: {
        outer: "in-use",
        inner: "child-of-kept",
        leaf: "child-of-kept",
        other: "delete",
      },
    },
    {
      name: "keeps the old children of a young index",
      images: [index("young", aged(1)), oldImage("child")],
      manifests: { young: ["child"] },
      expected: { young: "too-young", child: "child-of-kept" },
    },
    {
      name: "keeps the parents of a child in use by its digest, their parents, and its siblings",
      images: [index("outer"), index("inner"), oldImage("used"), oldImage("sibling")],
      manifests: { outer: ["inner"], inner: ["used", "sibling"] },
      usage: pinned("used"),
      expected: {
        outer: "parent-of-in-use",
        inner: "parent-of-in-use",
        used: "in-use",
        sibling: "child-of-kept",
      },
    },
    {
      name: "keeps the grandparent of an image in use if its parent is young",
      images: [index("outer"), index("inner", aged(1)), oldImage("used")],
      manifests: { outer: ["inner"], inner: ["used"] },
      usage: pinned("used"),
      expected: { outer: "parent-of-in-use", inner: "too-young", used: "in-use" },
    },
    {
      name: "deletes the parent of a child in use by its tag",
      images: [index("parent"), oldImage("used", { tags: ["arm64"] }), oldImage("sibling")],
      manifests: { parent: ["used", "sibling"] },
      usage: tagged("arm64"),
      expected: { parent: "delete", used: "in-use", sibling: "delete" },
    },
    {
      name: "deletes the parent of a young child",
      images: [index("parent"), oldImage("young", aged(1))],
      manifests: { parent: ["young"] },
      expected: { parent: "delete", young: "too-young" },
    },
    {
      name: "keeps the referrers of a kept image, and their referrers",
      images: [
        oldImage("used"),
        oldImage("sbom", { subject: "used" }),
        oldImage("signature", { subject: "sbom" }),
        oldImage("orphan", { subject: "gone" }),
      ],
      usage: pinned("used"),
      expected: {
        used: "in-use",
        sbom: "referrer-of-kept",
        signature: "referrer-of-kept",
        orphan: "delete",
      },
    },
    {
      name: "keeps the referrer of an archived image",
      images: [oldImage("frozen", { isArchived: true }), oldImage("sbom", { subject: "frozen" })],
      expected: { frozen: "archived", sbom: "referrer-of-kept" },
    },
    {
      name: "keeps the referrer of a child of an index in use",
      images: [index("used"), oldImage("child"), oldImage("sbom", { subject: "child" })],
      manifests: { used: ["child"] },
      usage: pinned("used"),
      expected: { used: "in-use", child: "child-of-kept", sbom: "referrer-of-kept" },
    },
    {
      name: "finds the subject of an image by the tags of cosign and the fallback tag",
      images: [
        oldImage(`sha256:${HEX}`, aged(1)),
        oldImage("sig", { tags: [`sha256-${HEX}.sig`] }),
        oldImage("att", { tags: ["other", `sha256-${HEX}.att`] }),
        oldImage("sbom", { tags: [`sha256-${HEX}.sbom`] }),
        index("fallback", { tags: [`sha256-${HEX}`] }),
        oldImage("listed"),
        oldImage("else", { tags: [`sha256-${"cd".repeat(32)}.sig`] }),
        oldImage("short", { tags: [`sha256-${HEX.slice(1)}.sig`] }),
        oldImage("long", { tags: [`sha256-${HEX}0.sig`] }),
        oldImage("embedded", { tags: [`x-sha256-${HEX}.sig`] }),
      ],
      manifests: { fallback: ["listed"] },
      expected: {
        [`sha256:${HEX}`]: "too-young",
        sig: "referrer-of-kept",
        att: "referrer-of-kept",
        sbom: "referrer-of-kept",
        fallback: "referrer-of-kept",
        listed: "child-of-kept",
        else: "delete",
        short: "delete",
        long: "delete",
        embedded: "delete",
      },
    },
    {
      name: "deletes all of them without a reason to keep one",
      images: [
        index("outer"),
        index("inner"),
        oldImage("leaf"),
        oldImage("s", { subject: "leaf" }),
      ],
      manifests: { outer: ["inner"], inner: ["leaf"] },
      expected: { outer: "delete", inner: "delete", leaf: "delete", s: "delete" },
    },
  ])("$name", ({ images, manifests = {}, usage = pinned(), expected }) => {
    const given = situation(images, { manifests: new Map(Object.entries(manifests)), usage });
    expect(verdicts(given)).toEqual(expected);
  });

  test("names the image that each verdict depends on", () => {
    const images = [
      index("i", { tags: ["v1", "latest"] }),
      oldImage("used"),
      oldImage("sibling"),
      oldImage("s", { subject: "sibling" }),
    ];
    const manifests = new Map([["i", ["used", "sibling"]]]);
    const decisions = decide(situation(images, { manifests, usage: pinned("used") }));
    expect(decisions.map(({ verdict }) => verdict)).toEqual([
      keep("parent-of-in-use", "it lists used"),
      keep("in-use", "a user of used"),
      keep("child-of-kept", "v1, latest lists it"),
      keep("referrer-of-kept", "it refers to sibling"),
    ]);
  });
});

test("a plan names the first of several reasons, and the first of several images by name", () => {
  const images = [
    index("b", aged(1)),
    index("a", aged(1)),
    oldImage("child", { subject: "a" }),
    oldImage("s", { subject: "b" }),
  ];
  const manifests = new Map([
    ["a", ["child"]],
    ["b", ["child"]],
  ]);
  const [, , child, s] = decide(situation(images, { manifests }));
  expect(child?.verdict).toEqual(keep("child-of-kept", "a lists it"));
  expect(s?.verdict).toEqual(keep("referrer-of-kept", "it refers to b"));
});

/** Random repositories of up to 12 images. Each image can list and refer to any other one. */
const graphs = fc
  .integer({ min: 1, max: 12 })
  .chain((count) => {
    const digests = Array.from({ length: count }, (_, i) => `d${i}`);
    const digest = fc.constantFrom(...digests, "elsewhere");
    const image = fc.record({
      ageDays: fc.constantFrom(1, 29, 31, 100),
      pulledDays: fc.option(fc.constantFrom(1, 50), { nil: undefined }),
      tag: fc.option(fc.constantFrom("v1", "v2", "v3")),
      subject: fc.option(digest),
      children: fc.option(fc.array(digest, { maxLength: 4 })),
      isUsed: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()),
    });
    return fc.array(image, { minLength: count, maxLength: count });
  })
  .map((drawn) => {
    const images = drawn.map(({ ageDays, pulledDays, tag, subject, children }, i) =>
      oldImage(`d${i}`, {
        ...aged(ageDays),
        ...(pulledDays !== undefined && pulled(pulledDays)),
        tags: tag === null ? [] : [tag],
        ...(subject !== null && { subject }),
        ...(children !== null && { mediaType: INDEX }),
      }),
    );
    const manifests = new Map(drawn.map(({ children }, i) => [`d${i}`, children ?? []]));
    const used = drawn.flatMap(({ isUsed }, i) => (isUsed ? [`d${i}`] : []));
    return { images, manifests, used };
  });

describe("any plan", () => {
  const deletedBy = (given: Situation) =>
    decide(given)
      .filter(({ verdict }) => verdict.action === "delete")
      .map(({ image }) => image);

  test("has one verdict for each image, in the order of the images", () => {
    fc.assert(
      fc.property(graphs, ({ images, manifests, used }) => {
        const decisions = decide(situation(images, { manifests, usage: pinned(...used) }));
        expect(decisions.map(({ image }) => image)).toEqual(images);
      }),
    );
  });

  test("deletes no image in use", () => {
    fc.assert(
      fc.property(graphs, ({ images, manifests, used }) => {
        const deleted = deletedBy(situation(images, { manifests, usage: pinned(...used) }));
        expect(deleted.filter(({ digest }) => used.includes(digest))).toEqual([]);
      }),
    );
  });

  test("deletes no child and no referrer of a kept image, and no parent of an image in use", () => {
    fc.assert(
      fc.property(graphs, ({ images, manifests, used }) => {
        const deleted = new Set(
          deletedBy(situation(images, { manifests, usage: pinned(...used) })),
        );
        const graph = new ImageGraph(images, manifests);
        for (const image of images.filter((each) => !deleted.has(each))) {
          const needed = [
            ...graph.childrenOf(image),
            ...graph.referrersOf(image),
            ...(used.includes(image.digest) ? graph.parentsOf(image) : []),
          ];
          expect(needed.filter((each) => deleted.has(each))).toEqual([]);
        }
      }),
    );
  });

  test("keeps an image only if its reason is true", () => {
    fc.assert(
      fc.property(graphs, ({ images, manifests, used }) => {
        const decisions = decide(situation(images, { manifests, usage: pinned(...used) }));
        const graph = new ImageGraph(images, manifests);
        const kept = new Set(
          decisions.flatMap(({ image, verdict }) => (verdict.action === "keep" ? [image] : [])),
        );
        const usedBelow = (image: Image, seen = new Set<Image>()): boolean => {
          if (used.includes(image.digest)) return true;
          if (seen.has(image)) return false;
          seen.add(image);
          return graph.childrenOf(image).some((child) => usedBelow(child, seen));
        };
        for (const { image, verdict } of decisions) {
          if (verdict.action === "delete") continue;
          const isGrounded = {
            archived: false,
            "too-young": NOW - (image.pushedAt ?? 0) <= 30 * DAY,
            "in-use": used.includes(image.digest),
            newest: false,
            "kept-tag": false,
            "recently-pulled": false,
            "recently-used": false,
            "child-of-kept": graph.parentsOf(image).some((parent) => kept.has(parent)),
            "parent-of-in-use": usedBelow(image),
            "referrer-of-kept": graph.subjectsOf(image).some((subject) => kept.has(subject)),
            "maybe-listed": false,
            "subject-elsewhere": images.every(isReferrer),
          };
          expect(isGrounded[verdict.reason]).toBe(true);
        }
      }),
    );
  });

  test("deletes no further image with a larger keepDays", () => {
    fc.assert(
      fc.property(graphs, fc.nat(100), fc.nat(100), ({ images, manifests, used }, days, more) => {
        const withDays = (limit: number) =>
          deletedBy(
            situation(images, { manifests, usage: pinned(...used), policy: keepDays(limit) }),
          );
        const less = new Set(withDays(days));
        expect(withDays(days + more).filter((image) => !less.has(image))).toEqual([]);
      }),
    );
  });

  const policies = fc.record({
    keepDays: fc.nat(100),
    keepCount: fc.nat(4),
    keepTags: fc.subarray(["v1", "v2", "v"]),
    keepPulledDays: fc.option(fc.nat(100), { nil: undefined }),
    keepUsedDays: fc.option(fc.nat(100), { nil: undefined }),
  });
  const proof = new Proof(
    {
      observed: [{ reads: [], hours: Array.from({ length: 60 }, (_, i) => hourOf(NOW) - 24 * i) }],
      uses: new Map([["d1", { hour: hourOf(NOW) - 20 * 24, user: "a service", isPinned: true }]]),
    },
    hourOf(NOW),
    [],
  );

  test("deletes no further image with an additional rule", () => {
    fc.assert(
      fc.property(graphs, policies, ({ images, manifests, used }, policy) => {
        const deletedWith = (given: Policy) =>
          deletedBy(situation(images, { manifests, usage: pinned(...used), policy: given, proof }));
        const byAge = new Set(deletedWith(keepDays(policy.keepDays)));
        expect(deletedWith(policy).filter((image) => !byAge.has(image))).toEqual([]);
      }),
    );
  });

  test("keeps the images that its rules keep, with their children and referrers", () => {
    fc.assert(
      fc.property(graphs, policies, ({ images, manifests, used }, policy) => {
        const usage = pinned(...used);
        const deleted = new Set(deletedBy(situation(images, { manifests, usage, policy, proof })));
        const byRule = rules(images, policy, NOW, proof);
        const graph = new ImageGraph(images, manifests);
        for (const image of images.filter((each) => byRule(each) !== undefined)) {
          const needed = [image, ...graph.childrenOf(image), ...graph.referrersOf(image)];
          expect(needed.filter((each) => deleted.has(each))).toEqual([]);
        }
      }),
    );
  });

  test("has the same verdicts, reasons and evidence in any order of the images", () => {
    const shuffled = graphs.chain(({ images, ...rest }) =>
      fc
        .shuffledSubarray(images, { minLength: images.length })
        .map((other) => ({ images, other, ...rest })),
    );
    fc.assert(
      fc.property(shuffled, policies, ({ images, other, manifests, used }, policy) => {
        const byDigest = (list: Image[]) =>
          new Map(
            decide(situation(list, { manifests, usage: pinned(...used), policy, proof })).map(
              ({ image, verdict }) => [image.digest, verdict],
            ),
          );
        expect(byDigest(other)).toEqual(byDigest(images));
      }),
    );
  });
});

describe("a plan keeps an image in doubt:", () => {
  const used = { isInUseElsewhere: (digest: string) => digest === "used" };
  const about = (subject: string) => oldImage("signature", { subject });
  const plain = oldImage("plain");

  test.for<{ name: string; given: Situation; expected: Record<string, string> }>([
    {
      name: "an untagged one beside an archived index",
      given: situation([
        index("frozen", { isArchived: true }),
        plain,
        oldImage("tagged", { tags: ["v1"] }),
      ]),
      expected: { frozen: "archived", plain: "maybe-listed", tagged: "delete" },
    },
    {
      name: "but none beside an archived image that is no index, or beside an index",
      given: situation([oldImage("frozen", { isArchived: true }), index("index"), plain]),
      expected: { frozen: "archived", index: "delete", plain: "delete" },
    },
    {
      name: "a referrer of an image in use elsewhere",
      given: situation([about("used"), plain], { usage: { ...pinned(), ...used } }),
      expected: { signature: "subject-elsewhere", plain: "delete" },
    },
    {
      name: "but no referrer of an unused image elsewhere, if its repository has other images",
      given: situation([about("unused"), plain], { usage: { ...pinned(), ...used } }),
      expected: { signature: "delete", plain: "delete" },
    },
    {
      name: "every referrer in a repository of nothing but referrers",
      given: situation([about("unused"), oldImage("other", { subject: "signature" })]),
      expected: { signature: "subject-elsewhere", other: "referrer-of-kept" },
    },
    {
      name: "but no referrer of an image that this run has deleted",
      given: situation([about("used")], {
        firstListed: [about("used"), oldImage("used", { subject: "x" })],
        usage: { ...pinned(), ...used },
      }),
      expected: { signature: "delete" },
    },
    {
      name: "one pulled at the very time at which the evidence was begun, or later",
      given: situation(
        [
          oldImage("at", { pulledAt: NOW - 5 }),
          oldImage("after", { pulledAt: NOW }),
          oldImage("before", { pulledAt: NOW - 6 }),
          plain,
        ],
        { evidenceSince: NOW - 5 },
      ),
      expected: { at: "in-use", after: "in-use", before: "delete", plain: "delete" },
    },
    {
      name: "but not one that only refers to itself",
      given: situation([oldImage("self", { subject: "self" }), plain]),
      expected: { self: "delete", plain: "delete" },
    },
  ])("$name", ({ given, expected }) => {
    expect(verdicts(given)).toEqual(expected);
  });
});
