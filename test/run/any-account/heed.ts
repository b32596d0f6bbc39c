import { isEvidence } from "./calls.ts";
import { type InterruptedTrial, type Loss, isLookAt, lossesOf } from "./interrupted.ts";
import { LIMITS } from "./oracle/limits.ts";
import { REPOSITORIES, digestOfNumber } from "./references.ts";

/** What a run has to heed until it deletes an image. */
type Heeded = "tag" | "pull";

/**
 * The losses of images that others tagged or pulled after the run had listed them. The program must have looked at such an
 * image since it began to read evidence, and must not have seen the change.
 */
export function unheededLosses(trial: InterruptedTrial, kind: Heeded): Loss[] {
  const { events } = trial;
  const evidence = events.findIndex((event) => event.kind === "call" && isEvidence(event.action));
  return lossesOf(trial).filter((loss) => {
    const looks = events.flatMap((event, i) =>
      i < loss.position && isLookAt(event, loss.repository, loss.digest) ? [i] : [],
    );
    const [firstLook = Infinity] = looks;
    const lastLook = looks.at(-1) ?? -1;
    const since = kind === "pull" ? Math.max(evidence, firstLook) : firstLook;
    const changed = changesOf(trial, loss, kind).filter(
      (position) => position > since && !isHidden(trial, loss, kind),
    );
    if (changed.length === 0) return false;
    const isUnchecked = lastLook < evidence && !isKnown(loss, kind);
    return isUnchecked || changed.some((position) => position < lastLook);
  });
}

/** The positions at which others gave the lost image a tag that it lost too, or pulled the image. */
function changesOf(trial: InterruptedTrial, loss: Loss, kind: Heeded): number[] {
  return trial.events.flatMap((event, position) => {
    if (event.kind !== "change" || !event.isEffective || position > loss.position) return [];
    if (event.change.kind !== kind) return [];
    const { repository, number, tag } = event.change;
    if (repository !== loss.repository || digestOfNumber(number) !== loss.digest) return [];
    // A tag that was taken away and given back leaves no trace.
    const isNew = !tagsAtFirst(trial, loss).includes(tag);
    return (kind === "tag" ? isNew && loss.lost.includes(tag) : loss.isGone) ? [position] : [];
  });
}

/** The tags that an image had before anybody changed something. */
function tagsAtFirst({ drawn }: InterruptedTrial, { repository, digest }: Loss): readonly string[] {
  const { images = [] } = drawn.ecr.repositories[REPOSITORIES.indexOf(repository)] ?? {};
  return images.find(({ number }) => digestOfNumber(number) === digest)?.tags ?? [];
}

/** Whether the program has read the image, an index, itself. */
function isHidden({ events }: InterruptedTrial, loss: Loss, kind: Heeded): boolean {
  if (!LIMITS.pullsHiddenByReading || kind !== "pull") return false;
  return events.some(
    (event, position) =>
      position < loss.position &&
      event.kind === "call" &&
      event.action === "ecr:BatchGetImage" &&
      JSON.stringify(event.input).includes(loss.digest),
  );
}

function isKnown({ tags }: Loss, kind: Heeded): boolean {
  return LIMITS.pullsOfSingleTags && kind === "pull" && tags.length === 1;
}
