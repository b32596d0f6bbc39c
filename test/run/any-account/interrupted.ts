import { asError } from "../../../src/errors.ts";
import type { StartedRun } from "../../../src/run/start.ts";
import type { Account } from "../../simulator/account.ts";
import { type DrawnOrganization, buildOrganization } from "./organizations.ts";
import { isEvidence } from "./calls.ts";
import { changeImages, changeUsers, isImageChange, isUserChange } from "./changes.ts";
import { type Expectations, expectationsOf } from "./oracle/oracle.ts";
import { type Event, type Interruption, Timeline } from "./timeline.ts";
import { type Conditions, tryAgain } from "./trial.ts";

/** A run in whose middle others changed the organization. */
export interface InterruptedTrial {
  readonly drawn: DrawnOrganization;
  readonly events: readonly Event[];
  /** When the run began and ended, in milliseconds since the epoch. */
  readonly began: number;
  readonly ended: number;
  /** Missing if the run did not start or ended with an error. */
  readonly result?: StartedRun;
  readonly error?: Error;
}

/** Makes a run on a fresh organization, with changes in its middle. */
export async function tryInterrupted(
  drawn: DrawnOrganization,
  interruptions: readonly Interruption[],
  { simulated, ...request }: Conditions = {},
): Promise<InterruptedTrial> {
  const began = Date.now();
  const organization = buildOrganization(drawn, began);
  const timeline = new Timeline(organization, interruptions, began);
  const outcome = await tryAgain(organization, drawn.settings, began, {
    now: () => timeline.now,
    simulated: { ...simulated, before: timeline.before },
    ...request,
  }).then(
    (result) => ({ result }),
    (error: unknown) => ({ error: asError(error) }),
  );
  timeline.settle();
  return { drawn, events: timeline.events, began, ended: timeline.now, ...outcome };
}

/** What one call for a deletion took away. */
export interface Loss {
  /** Its position in the run's events. */
  readonly position: number;
  readonly repository: string;
  readonly digest: string;
  /** The tags that the image had. */
  readonly tags: readonly string[];
  /** The tags that it has lost. */
  readonly lost: readonly string[];
  readonly isGone: boolean;
}

/** Every image that a run deleted, or took a tag from. */
export function lossesOf({ events }: InterruptedTrial): Loss[] {
  return events.flatMap((event, position) => {
    if (event.kind !== "deletion") return [];
    const { repository, before, after } = event;
    return [...before].flatMap(([digest, tags]) => {
      const left = after.get(digest);
      const lost = tags.filter((tag) => left?.includes(tag) !== true);
      const isGone = left === undefined;
      return isGone || lost.length > 0
        ? [{ position, repository, digest, tags, lost, isGone }]
        : [];
    });
  });
}

/** The losses of images that had to be kept, whatever moment of the run so far the program looked at. */
export function wrongLosses(trial: InterruptedTrial): Loss[] {
  return lossesOf(trial).filter((loss) => {
    const tags = keptUntil(trial, loss).get(loss.repository)?.get(loss.digest);
    return tags !== undefined && (loss.isGone || loss.lost.some((tag) => tags.includes(tag)));
  });
}

/**
 * The images, with their tags, that all states of the account up to a loss say must be kept. Only the users count that were
 * there from when the evidence was begun until the loss.
 */
function keptUntil(trial: InterruptedTrial, loss: Loss): Map<string, Map<string, string[]>> {
  const { drawn, events, began, ended } = trial;
  const changes = events
    .slice(0, loss.position)
    .flatMap((event, position) => (event.kind === "change" ? [{ ...event, position }] : []));
  const organization = buildOrganization(drawn, began);
  const account = organization.home;
  const seenUntil = evidenceBegin(events, loss);
  for (const { change, id, position } of changes) {
    if (change.kind === "deploy" && position < seenUntil) changeUsers(organization, change, id);
  }

  const settings = { ...drawn.settings, ALLOW_EMPTY_IN_USE: "true", MAX_DELETE_PERCENT: "100" };
  const kept = new Kept();
  const look = () => {
    kept.meet(expectationsOf(organization, settings, ended), account.repositories);
  };
  look();
  for (const { change, id } of changes) {
    if (!isUserChange(change) || change.kind === "deploy") continue;
    changeUsers(organization, change, id);
    // What is removed can make something else count, such as the revision before.
    look();
  }
  for (const event of events.slice(0, loss.position)) {
    if (event.kind === "change" && isImageChange(event.change)) {
      changeImages(account, event.change, event.id, event.at);
    } else if (event.kind === "deletion") {
      repeatDeletion(account, event);
    } else continue;
    look();
  }
  return kept.tags;
}

/** What an image that the run has deleted kept is no longer kept for its sake. */
function repeatDeletion(
  account: Account,
  { repository, before, after }: Extract<Event, { kind: "deletion" }>,
): void {
  const images = account.repositories.get(repository)?.images;
  for (const digest of before.keys()) if (!after.has(digest)) images?.delete(digest);
}

/**
 * The position from which the evidence behind a deletion was read, at the earliest: after the images of the repository were
 * listed for the first time. After a wait, a listing of the repository shows that the run went on since, with evidence that
 * must be newer than the wait.
 */
function evidenceBegin(events: readonly Event[], { position, repository }: Loss): number {
  const first = events.findIndex((event) => event.kind === "call" && isEvidence(event.action));
  const firstListing = events.findIndex((event) => isLookAt(event, repository));
  const listing = events.findLastIndex((event, i) => i < position && isLookAt(event, repository));
  const wait = events.findLastIndex(
    (event, i) => i < listing && event.kind === "change" && event.change.kind === "wait",
  );
  return Math.max(first, firstListing, wait);
}

/** Whether an event is an answer that shows an image of a repository, or all of its images. */
export function isLookAt(event: Event, repository: string, digest?: string): boolean {
  if (event.kind !== "call" || event.action !== "ecr:DescribeImages" || !event.isHome) return false;
  const { repositoryName, imageIds } = event.input;
  if (repositoryName !== repository) return false;
  return (
    digest === undefined ||
    imageIds === undefined ||
    imageIds.some(({ imageDigest }: { imageDigest: string }) => imageDigest === digest)
  );
}

/** What all of several states of an account agree on. */
class Kept {
  readonly tags = new Map<string, Map<string, string[]>>();
  readonly #dropped = new Set<string>();

  /** Goes on with one more state: an image is kept if each state that has it says so. */
  meet(
    expected: Expectations,
    repositories: ReadonlyMap<
      string,
      { readonly images: ReadonlyMap<string, { readonly tags: ReadonlySet<string> }> }
    >,
  ): void {
    for (const [name, { images }] of repositories) {
      const known = this.tags.get(name) ?? new Map<string, string[]>();
      this.tags.set(name, known);
      for (const [digest, { tags }] of images) {
        const key = `${name}@${digest}`;
        if (expected.get(name)?.get(digest) !== "keep") this.#dropped.add(key);
        if (this.#dropped.has(key)) known.delete(digest);
        else
          known.set(
            digest,
            (known.get(digest) ?? [...tags]).filter((tag) => tags.has(tag)),
          );
      }
    }
  }
}
