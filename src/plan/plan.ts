import type { Proof, Use } from "../history/history.ts";
import type { Evidence } from "../in-use/evidence.ts";
import { type Image, isIndex, nameOf } from "../registry/image.ts";
import type { Repository } from "../registry/repository.ts";
import { ImageGraph, type Manifests, isReferrer, subjectsOf } from "./graph.ts";
import { type Policy, keepByAge, rules } from "./retention.ts";
import { type Decision, type Keep, keep, remove } from "./verdict.ts";

/** Where the images of one repository are in use. */
export interface Usage {
  /** The places that use an image, by its digest or by any of its tags. */
  readonly placesOf: (image: Image) => readonly string[];
  /** Whether one of them uses it by its very digest, or has done so lately, by the rule keepUsedDays. */
  readonly isPinned: (image: Image) => boolean;
  /** Whether the image with a digest is in use in any repository. */
  readonly isInUseElsewhere: (digest: string) => boolean;
  /** Whether it may have been so lately, by a rule keepUsedDays; missing if there is no such rule. */
  readonly wasInUseElsewhere?: (digest: string) => boolean;
}

/** Everything that a decision about the images of one repository rests on. */
export interface Situation {
  readonly images: readonly Image[];
  /** The images of the run's first listing, if this is a later one: what is missing now was deleted, and is not elsewhere. */
  readonly firstListed?: readonly Image[] | undefined;
  /** The content of the indexes that have been read. */
  readonly manifests: Manifests;
  readonly policy: Policy;
  readonly usage: Usage;
  /** What earlier runs have found to be in use; missing if that is unknown. */
  readonly proof?: Proof | undefined;
  /** When the evidence of use was begun, in ms since the epoch. */
  readonly evidenceSince: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What becomes of every image of one repository, and what that rests on. */
export interface Plan {
  readonly repository: Repository;
  /** One for each image, in the order of the listing. */
  readonly decisions: readonly Decision[];
  readonly manifests: Manifests;
  readonly evidence: Evidence;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
}

/** Images that are kept, and why. */
type Kept = Map<Image, Keep>;

/** Decides on every image of a repository: one verdict each, in the order of the images. Pure. */
export function decide(situation: Situation): Decision[] {
  const { images, manifests } = situation;
  const graph = new ImageGraph(images, manifests);
  const kept = keepOnTheirOwn(situation);
  keepParentsOfPinned(kept, situation, graph);
  const inDoubt = keepInDoubt(situation, graph);
  const reached = reachFrom([...kept.keys(), ...inDoubt.keys()], graph);
  const verdictOf = (image: Image): Keep | undefined => {
    if (kept.has(image) || !reached.has(image)) return kept.get(image);
    return keepForAnother(image, reached, graph) ?? inDoubt.get(image);
  };
  return images.map((image) => ({ image, verdict: verdictOf(image) ?? remove }));
}

/**
 * What uses each image in use, by its digest, whatever its age, and whatever else keeps it. What refers to an image in use counts
 * too: that image can be in another repository. Pure.
 */
export function usesOf({
  images,
  usage,
  evidenceSince,
}: Pick<Situation, "images" | "usage" | "evidenceSince">): Map<string, Use> {
  const userOf = (image: Image): string | undefined => {
    const own = keepIfUsed(usage.placesOf(image)) ?? keepIfPulledSince(image, evidenceSince);
    if (own !== undefined) return own.because[0] ?? "";
    const subject = subjectsOf(image).find((digest) => usage.isInUseElsewhere(digest));
    return subject === undefined ? undefined : `it refers to ${subject}, which is in use`;
  };
  return new Map(
    images.flatMap((image): [string, Use][] => {
      const user = userOf(image);
      return user === undefined ? [] : [[image.digest, { user, isPinned: usage.isPinned(image) }]];
    }),
  );
}

/** Images that are kept for their own age, rule or use, independent of other images. */
function keepOnTheirOwn({ images, policy, usage, proof, evidenceSince, now }: Situation): Kept {
  const kept: Kept = new Map();
  const keepByRule = rules(images, policy, now, proof);
  for (const image of images) {
    const verdict =
      keepByAge(image, policy, now) ??
      keepIfUsed(usage.placesOf(image)) ??
      keepIfPulledSince(image, evidenceSince) ??
      keepByRule(image);
    if (verdict !== undefined) kept.set(image, verdict);
  }
  return kept;
}

function keepIfUsed(places: readonly string[]): Keep | undefined {
  return places.length > 0 ? keep("in-use", ...places) : undefined;
}

/** An image that was pulled after the evidence was begun is in use, even if the evidence does not name it. */
function keepIfPulledSince({ pulledAt }: Image, evidenceSince: number): Keep | undefined {
  if (pulledAt === undefined || !(pulledAt >= evidenceSince)) return undefined;
  return keep("in-use", `pulled ${new Date(pulledAt).toISOString()}, during this run`);
}

/** A runtime that pulled an index can name the digest of the child that it runs. Then it needs the index. */
function keepParentsOfPinned(kept: Kept, { images, usage }: Situation, graph: ImageGraph): void {
  let children = images.filter(usage.isPinned);
  const reached = new Set(children);
  while (children.length > 0) {
    const parents = new Map<Image, Keep>();
    for (const child of children) {
      for (const parent of graph.parentsOf(child)) {
        if (reached.has(parent)) continue;
        const verdict = keep("parent-of-in-use", `it lists ${nameOf(child)}`);
        parents.set(parent, first(verdict, parents.get(parent)));
      }
    }
    for (const [parent, verdict] of parents) {
      reached.add(parent);
      if (!kept.has(parent)) kept.set(parent, verdict);
    }
    children = [...parents.keys()];
  }
}

/** Images that something may need which cannot be read here. */
function keepInDoubt(situation: Situation, graph: ImageGraph): Kept {
  const { images, firstListed = images, usage } = situation;
  const kept: Kept = new Map();
  const unreadable = images.find((image) => isIndex(image) && image.isArchived === true);
  const isStore = firstListed.every(isReferrer);
  const former = new Set(firstListed === images ? [] : firstListed.map(({ digest }) => digest));
  const isElsewhere = (digest: string) => !graph.has(digest) && !former.has(digest);
  for (const image of images) {
    const elsewhere = subjectsOf(image).filter(isElsewhere);
    const used = elsewhere.find((digest) => usage.isInUseElsewhere(digest));
    const usedLately = elsewhere.find((digest) => usage.wasInUseElsewhere?.(digest) === true);
    if (unreadable !== undefined && image.tags.length === 0) {
      kept.set(image, keep("maybe-listed", `${nameOf(unreadable)} is archived and may list it`));
    } else if (used !== undefined) {
      kept.set(image, keep("subject-elsewhere", `it refers to ${used}, which is in use`));
    } else if (usedLately !== undefined) {
      const because = `it refers to ${usedLately}, which may have been in use lately`;
      kept.set(image, keep("subject-elsewhere", because));
    } else if (isStore && elsewhere.length > 0) {
      const because = `it refers to ${elsewhere[0]}, and its repository has nothing but referrers`;
      kept.set(image, keep("subject-elsewhere", because));
    }
  }
  return kept;
}

/** Some images, what they list as indexes, what refers to them, and so on: nothing that is kept loses any of these. */
function reachFrom(start: readonly Image[], graph: ImageGraph): ReadonlySet<Image> {
  const reached = new Set(start);
  // A set also iterates over what is added meanwhile.
  for (const image of reached) {
    for (const needed of [...graph.childrenOf(image), ...graph.referrersOf(image)]) {
      reached.add(needed);
    }
  }
  return reached;
}

/** Why an image is kept for the sake of another one. Of several, the same one whatever the order of the images. */
function keepForAnother(
  image: Image,
  isKept: ReadonlySet<Image>,
  graph: ImageGraph,
): Keep | undefined {
  const others = (related: readonly Image[]) =>
    related.filter((other) => other !== image && isKept.has(other));
  const reasons = [
    ...others(graph.parentsOf(image)).map((parent) =>
      keep("child-of-kept", `${nameOf(parent)} lists it`),
    ),
    ...others(graph.subjectsOf(image)).map((subject) =>
      keep("referrer-of-kept", `it refers to ${nameOf(subject)}`),
    ),
  ];
  return reasons.reduce<Keep | undefined>((best, verdict) => first(verdict, best), undefined);
}

/** The first of two verdicts for one image, whatever the order in which they were found. */
function first(one: Keep, other: Keep | undefined): Keep {
  if (other === undefined) return one;
  // In the order of the alphabet, "child-of-kept" comes before "referrer-of-kept".
  return textOf(one) <= textOf(other) ? one : other;
}

function textOf({ reason, because }: Keep): string {
  return `${reason} ${because.join()}`;
}
