import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Image } from "../../src/registry/image.ts";
import { nextPhase } from "../../src/plan/next-phase.ts";
import { ImageGraph } from "../../src/plan/graph.ts";
import { index, oldImage } from "./situation.ts";

const taggedIndex = (digest: string, parts: Partial<Image> = {}) =>
  index(digest, { tags: [digest], ...parts });

/** All phases if ECR deletes every image. */
function phasesOf(images: readonly Image[], graph: ImageGraph): Image[][] {
  const rest = new Set(images);
  const phases: Image[][] = [];
  while (rest.size > 0) {
    const phase = nextPhase(rest, graph);
    for (const image of phase) rest.delete(image);
    phases.push(phase);
  }
  return phases;
}

interface Case {
  readonly name: string;
  readonly images: Image[];
  readonly manifests?: Record<string, string[]>;
  readonly phases: string[][];
}

test.for<Case>([
  { name: "there is no phase without images", images: [], phases: [] },
  {
    name: "plain images are in one phase",
    images: [oldImage("a"), oldImage("b")],
    phases: [["a", "b"]],
  },
  {
    name: "unread indexes are first, tagged before untagged indexes",
    images: [oldImage("leaf"), taggedIndex("untagged", { tags: [] }), taggedIndex("tagged")],
    phases: [["tagged"], ["untagged"], ["leaf"]],
  },
  {
    name: "an index is before the indexes that it lists",
    images: [oldImage("leaf"), taggedIndex("inner"), taggedIndex("outer")],
    manifests: { outer: ["inner"], inner: ["leaf"] },
    phases: [["outer"], ["inner"], ["leaf"]],
  },
  {
    name: "an image is before its referrers",
    images: [
      oldImage("signature", { subject: "sbom" }),
      oldImage("sbom", { subject: "a" }),
      oldImage("orphan", { subject: "gone" }),
      oldImage("a"),
    ],
    phases: [["orphan", "a"], ["sbom"], ["signature"]],
  },
  {
    name: "an index that refers to an image is after that image and before its children",
    images: [
      oldImage("listed", { subject: "a" }),
      taggedIndex("fallback", { subject: "a" }),
      oldImage("a"),
    ],
    phases: [["a"], ["fallback"], ["listed"]],
  },
  {
    name: "an index that refers to its own child is before the child",
    images: [oldImage("child"), taggedIndex("i", { subject: "child" })],
    manifests: { i: ["child"] },
    phases: [["i"], ["child"]],
  },
])("$name", ({ images, manifests = {}, phases }) => {
  const graph = new ImageGraph(images, new Map(Object.entries(manifests)));
  const found = phasesOf(images, graph);
  expect(found.map((phase) => phase.map(({ digest }) => digest))).toEqual(phases);
});

describe("of images that wait for each other in a circle, one goes first:", () => {
  test.for<{ name: string; images: Image[]; manifests?: Record<string, string[]>; first: string }>([
    {
      name: "one that no index lists",
      images: [oldImage("a-child", { tags: ["v1"] }), index("index", { subject: "a-child" })],
      manifests: { index: ["a-child"] },
      first: "index",
    },
    {
      name: "one with a single tag, whose move ECR notices",
      images: [oldImage("a", { subject: "b" }), oldImage("b", { subject: "a", tags: ["v1"] })],
      first: "b",
    },
    {
      name: "else the first by digest",
      images: [oldImage("b", { subject: "a" }), oldImage("a", { subject: "b" })],
      first: "a",
    },
    {
      name: "none that only waits for the circle",
      images: [
        oldImage("0", { subject: "a", tags: ["v1"] }),
        oldImage("a", { subject: "b" }),
        oldImage("b", { subject: "a" }),
      ],
      first: "a",
    },
  ])("$name", ({ images, manifests = {}, first }) => {
    const graph = new ImageGraph(images, new Map(Object.entries(manifests)));
    expect(nextPhase(new Set(images), graph).map(({ digest }) => digest)).toEqual([first]);
  });
});

test("no images make no phase", () => {
  expect(nextPhase(new Set(), new ImageGraph([], new Map()))).toEqual([]);
});

test("every image is in one phase, after the indexes that list it", () => {
  const count = 8;
  const digest = fc.constantFrom(...Array.from({ length: count }, (_, i) => `d${i}`));
  const lists = fc.array(fc.array(digest, { maxLength: 3 }), {
    minLength: count,
    maxLength: count,
  });
  fc.assert(
    fc.property(lists, (children) => {
      // An index lists only earlier images, because digests make circles of indexes impossible.
      const manifests = new Map(
        children.map((list, i) => [`d${i}`, list.filter((each) => Number(each.slice(1)) < i)]),
      );
      const images = children.map((_, i) =>
        (manifests.get(`d${i}`)?.length ?? 0) > 0 ? taggedIndex(`d${i}`) : oldImage(`d${i}`),
      );
      const phases = phasesOf(images, new ImageGraph(images, manifests));
      const phaseOf = new Map(
        phases.flatMap((phase, i) => phase.map((image): [string, number] => [image.digest, i])),
      );
      expect(phases.flat()).toHaveLength(count);
      expect(phaseOf.size).toBe(count);
      for (const [parent, list] of manifests) {
        for (const child of list) {
          expect(phaseOf.get(parent)).toBeLessThan(phaseOf.get(child) ?? -1);
        }
      }
    }),
  );
});
