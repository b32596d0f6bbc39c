import type { Account, SimulatedImage } from "../../../simulator/account.ts";
import type { SimulatedRepository } from "../../../simulator/images.ts";
import type { Copy } from "./copies.ts";
import type { InUse } from "./evidence.ts";
import { LIMITS } from "./limits.ts";
import { isIndex, isReferrer, listedBy, subjectsOf } from "./image-facts.ts";
import type { Rules } from "./settings.ts";

const DAY_MS = 86_400_000;

/** What the verdicts for one repository rest on. */
export interface Situation {
  readonly account: Account;
  readonly name: string;
  readonly repository: SimulatedRepository;
  readonly rules: Rules;
  readonly inUse: InUse;
  /** The copies of one of the repositories that lose what it loses. */
  readonly copiesOf: (name: string) => readonly Copy[];
  /** The repositories that the run lists. */
  readonly listed: ReadonlySet<string>;
  readonly isOriginal: boolean;
  readonly now: number;
}

/**
 * Where the README leaves a choice, two answers are right. `least` keeps only what every reading of the README keeps,
 * `most` keeps what any reading keeps.
 */
export type Bound = "least" | "most";

/** The digests of the images that the run keeps. */
export function keptIn(situation: Situation, bound: Bound): ReadonlySet<string> {
  const { images: byDigest } = situation.repository;
  const images = [...byDigest.values()];
  const kept = new Set(
    images.filter((image) => isKeptAlone(image, situation, bound)).map(({ digest }) => digest),
  );
  let size: number;
  do {
    size = kept.size;
    for (const image of images) {
      if (kept.has(image.digest)) {
        for (const child of image.children) if (byDigest.has(child)) kept.add(child);
      }
      if (subjectsOf(image).some((subject) => kept.has(subject))) kept.add(image.digest);
    }
  } while (kept.size > size);
  return kept;
}

/** Whether an image is kept by an own reason, and not by one that hangs on other kept images. */
export function isKeptAlone(image: SimulatedImage, situation: Situation, bound: Bound): boolean {
  const { repository, rules, now } = situation;
  return (
    image.isArchived ||
    isYoung(image, rules, now) ||
    isNamed(image, situation.name, situation.inUse) ||
    isNamedInCopies(image, situation.name, situation, bound) ||
    isNewest(image, situation, bound) ||
    [...image.tags].some((tag) => rules.keepTags.some((word) => isMeant(word, tag))) ||
    wasPulled(image, rules, now) ||
    wasCopyPulled(image, situation) ||
    isParentOfUsed(image, situation, bound) ||
    (image.tags.size === 0 && hasArchivedIndex(repository)) ||
    isAboutElsewhere(image, situation, bound)
  );
}

/** A word without wildcards is the beginning of a tag. */
function isMeant(word: string, tag: string): boolean {
  const pattern = /[*?]/.test(word) ? word : `${word}*`;
  return new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(tag);
}

function isYoung({ pushedAt }: SimulatedImage, { keepDays }: Rules, now: number): boolean {
  return pushedAt === undefined || now - pushedAt.getTime() <= keepDays * DAY_MS;
}

function wasPulled(
  { lastPulledAt }: SimulatedImage,
  { keepPulledDays }: Rules,
  now: number,
): boolean {
  if (lastPulledAt === undefined || keepPulledDays === undefined) return false;
  return now - lastPulledAt.getTime() <= keepPulledDays * DAY_MS;
}

/** Whether a reference names an image of a repository. */
function isNamed({ digest, tags }: SimulatedImage, name: string, inUse: InUse): boolean {
  return (
    inUse.wholeRepositories.has(name) ||
    inUse.names.has(`${name}@${digest}`) ||
    [...tags].some((tag) => inUse.names.has(`${name}:${tag}`))
  );
}

/** Only `most` counts a copy that differs: its deletion reaches another image with its tag there, or other tags. */
function isNamedInCopies(
  image: SimulatedImage,
  name: string,
  { copiesOf }: Situation,
  bound: Bound,
): boolean {
  return copiesOf(name).some(({ repository, inUse }) => {
    const there = bound === "least" ? [] : [...(repository?.images.values() ?? [])];
    const differs = there.some(({ digest, tags }) =>
      digest === image.digest
        ? [...tags].some((tag) => !image.tags.has(tag))
        : [...tags].some((tag) => image.tags.has(tag)),
    );
    return differs || isNamed(image, name, inUse);
  });
}

/** A pull of an image from a copy is a pull of the image. */
function wasCopyPulled({ digest }: SimulatedImage, situation: Situation): boolean {
  const { name, copiesOf, rules, now } = situation;
  return copiesOf(name).some(({ repository }) => {
    const copy = repository?.images.get(digest);
    return copy !== undefined && wasPulled(copy, rules, now);
  });
}

/** Only `least` counts archived images and those without a date, and lets an image lose against its equals. */
function isNewest(image: SimulatedImage, situation: Situation, bound: Bound): boolean {
  if (image.tags.size === 0 || isReferrer(image)) return false;
  const dateOf = ({ pushedAt }: SimulatedImage) => pushedAt?.getTime() ?? Infinity;
  const newer = [...situation.repository.images.values()].filter((other) => {
    if (other === image || other.tags.size === 0 || isReferrer(other)) return false;
    return bound === "least"
      ? dateOf(other) >= dateOf(image)
      : dateOf(other) > dateOf(image) && !other.isArchived && other.pushedAt !== undefined;
  });
  return newer.length < situation.rules.keepCount;
}

/** Only `most` counts an image that is not there, or that an index lists which the run need not read. */
function isParentOfUsed(image: SimulatedImage, situation: Situation, bound: Bound): boolean {
  const { repository, rules, name, isOriginal, now } = situation;
  const uses = [situation.inUse, ...situation.copiesOf(name).map(({ inUse }) => inUse)];
  if (bound === "least" && isOriginal) return false;
  const isRead = (index: SimulatedImage) =>
    bound === "most" || (!index.isArchived && !wasPulled(index, rules, now));
  return [...listedBy(image, repository, isRead)].some(
    (digest) =>
      uses.some(({ names }) => names.has(`${name}@${digest}`)) &&
      (bound === "most" || repository.images.has(digest)),
  );
}

function hasArchivedIndex({ images }: SimulatedRepository): boolean {
  return [...images.values()].some((image) => image.isArchived && isIndex(image));
}

/** Only `most` takes a repository of referrers for a signature store if some are about images of the repository. */
function isAboutElsewhere(image: SimulatedImage, situation: Situation, bound: Bound): boolean {
  const { images } = situation.repository;
  const elsewhereOf = (other: SimulatedImage) =>
    subjectsOf(other).filter((digest) => !images.has(digest));
  const elsewhere = elsewhereOf(image);
  if (elsewhere.length === 0) return false;
  const isStore = [...images.values()].every((other) =>
    bound === "least" ? elsewhereOf(other).length > 0 : isReferrer(other),
  );
  return isStore || elsewhere.some((digest) => isInUseAnywhere(digest, situation, bound));
}

/** Only `most` counts images in use that lie in other registries. */
function isInUseAnywhere(digest: string, situation: Situation, bound: Bound): boolean {
  const { account, inUse, listed } = situation;
  const digests = bound === "least" ? inUse.digests : inUse.digestsAnywhere;
  if (digests.has(digest)) return true;
  return [...account.repositories].some(([name, { images }]) => {
    const image = images.get(digest);
    if (image === undefined) return false;
    if (bound === "least" && LIMITS.tagsInUnlistedRepositories && !listed.has(name)) return false;
    return isNamed(image, name, inUse) || isNamedInCopies(image, name, situation, bound);
  });
}
