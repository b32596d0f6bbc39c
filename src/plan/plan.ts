import { type Image, nameOf } from "../registry/image.ts";
import { ImageGraph, type Manifests } from "./graph.ts";
import { type Policy, keepByAge, rules } from "./retention.ts";
import { type Decision, KEEP_REASONS, type Keep, keep, remove } from "./verdict.ts";

/** Where the images of one repository are in use. */
export interface Usage {
  /** The places that use an image, by its digest or by any of its tags. */
  readonly placesOf: (image: Image) => readonly string[];
  /** Whether one of them uses it by its very digest. */
  readonly isPinned: (image: Image) => boolean;
}

/** All that a decision about the images of one repository rests on. */
export interface Situation {
  readonly images: readonly Image[];
  /** What is known of the content of indexes. */
  readonly manifests: Manifests;
  readonly policy: Policy;
  readonly usage: Usage;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Images that stay, and why. */
type Kept = Map<Image, Keep>;

/** Decides on every image of a repository: one verdict each, in the order of the images; pure. */
export function plan(situation: Situation): Decision[] {
  const { images, manifests } = situation;
  const graph = new ImageGraph(images, manifests);
  const kept = keepOnTheirOwn(situation);
  keepParentsOfPinned(kept, situation, graph);
  keepWhatKeptOnesNeed(kept, graph);
  return images.map((image) => ({ image, verdict: kept.get(image) ?? remove }));
}

/** Images that their age, a rule or somebody's use keeps, whatever the others are. */
function keepOnTheirOwn({ images, policy, usage, now }: Situation): Kept {
  const kept: Kept = new Map();
  const keepByRule = rules(images, policy, now);
  for (const image of images) {
    const verdict =
      keepByAge(image, policy, now) ?? keepIfUsed(usage.placesOf(image)) ?? keepByRule(image);
    if (verdict !== undefined) kept.set(image, verdict);
  }
  return kept;
}

function keepIfUsed(places: readonly string[]): Keep | undefined {
  return places.length > 0 ? keep("in-use", ...places) : undefined;
}

/** A runtime that pulled an index may tell the digest of the child that it runs: then it is the index that it needs. */
function keepParentsOfPinned(kept: Kept, { images, usage }: Situation, graph: ImageGraph): void {
  spread(kept, images.filter(usage.isPinned), (child) =>
    graph.parentsOf(child).map((parent) => ({
      image: parent,
      verdict: keep("parent-of-in-use", `it lists ${nameOf(child)}`),
    })),
  );
}

/** Nothing that stays loses what it lists as an index, nor what is about it. */
function keepWhatKeptOnesNeed(kept: Kept, graph: ImageGraph): void {
  spread(kept, [...kept.keys()], (image) => [
    ...graph.childrenOf(image).map((child) => ({
      image: child,
      verdict: keep("child-of-kept", `${nameOf(image)} lists it`),
    })),
    ...graph.referrersOf(image).map((referrer) => ({
      image: referrer,
      verdict: keep("referrer-of-kept", `it is about ${nameOf(image)}`),
    })),
  ]);
}

/**
 * Keeps what images give reason to keep, and what that gives reason to, layer by layer, so that no reason is circular.
 * Of several verdicts for one image the smallest holds, so that the order of the images does not matter.
 */
function spread(
  kept: Kept,
  start: readonly Image[],
  reasonsFrom: (image: Image) => readonly { image: Image; verdict: Keep }[],
): void {
  const reached = new Set(start);
  let layer = start;
  while (layer.length > 0) {
    const found: Kept = new Map();
    for (const { image, verdict } of layer.flatMap(reasonsFrom)) {
      const known = found.get(image);
      if (reached.has(image) || (known !== undefined && rank(known) <= rank(verdict))) continue;
      found.set(image, verdict);
    }
    for (const [image, verdict] of found) {
      reached.add(image);
      if (!kept.has(image)) kept.set(image, verdict);
    }
    layer = [...found.keys()];
  }
}

function rank({ reason, because }: Keep): string {
  return `${String(KEEP_REASONS.indexOf(reason)).padStart(3, "0")} ${because.join()}`;
}
