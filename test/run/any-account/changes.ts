import fc from "fast-check";

import { type Account, digestOf } from "../../simulator/account.ts";
import { MANIFEST, type SimulatedImage, type SimulatedRepository } from "../../simulator/images.ts";
import type { Organization } from "../../simulator/organization.ts";
import { HOME, PLACES, placesIn } from "./places.ts";
import { digestOfNumber, numbers, repositoryNames, sometimes, tagNames } from "./references.ts";
import { INDEX } from "./repositories.ts";
import { addUser, removeUser, userId, usersIn } from "./users/users.ts";

const IMAGE_CHANGES = [
  "tag",
  "untag",
  "pull",
  "push image",
  "push index",
  "push signature",
  "archive",
  "remove image",
  "remove repository",
] as const;

/** What others do to images while a run is under way. */
export const imageChanges = (...kinds: (typeof IMAGE_CHANGES)[number][]) =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    repository: repositoryNames,
    /** The image that is tagged, pulled, listed by the new index and so on. */
    number: numbers,
    /** The tag that is given, moved or taken away. */
    tag: tagNames,
  });
type ImageChange =
  ReturnType<typeof imageChanges> extends fc.Arbitrary<infer Value> ? Value : never;

/** What others do to the users of images while a run is under way. */
const userChanges = fc.oneof(
  fc.record({
    kind: fc.constant("deploy" as const),
    user: usersIn(sometimes(HOME, fc.constantFrom(...PLACES), 8)),
  }),
  fc.record({
    kind: fc.constant("remove user" as const),
    position: fc.nat(3),
  }),
  fc.record({
    kind: fc.constantFrom("remove task definition", "deregister task definition"),
    position: fc.nat(3),
    revision: fc.constantFrom(1, 2),
  }),
  fc.record({ kind: fc.constant("remove cluster" as const) }),
);
type UserChange = typeof userChanges extends fc.Arbitrary<infer Value> ? Value : never;

/** A change in the middle of a run, or the passing of so much time that all evidence is too old. */
export const changes = fc.oneof(
  { weight: 3, arbitrary: imageChanges(...IMAGE_CHANGES) },
  { weight: 2, arbitrary: userChanges },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const) }) },
);
export type Change = typeof changes extends fc.Arbitrary<infer Value> ? Value : never;

export function isImageChange(change: Change): change is ImageChange {
  return "repository" in change;
}

export function isUserChange(change: Change): change is UserChange {
  return !isImageChange(change) && change.kind !== "wait";
}

/**
 * Changes images of an account; `id` names what is pushed, `now` is in milliseconds since the epoch. Returns false if there
 * was nothing to change.
 */
export function changeImages(
  account: Account,
  change: ImageChange,
  id: string,
  now: number,
): boolean {
  const repository = account.repositories.get(change.repository);
  if (repository === undefined) return false;
  if (change.kind === "remove repository") return account.repositories.delete(change.repository);
  if (change.kind.startsWith("push")) return push(repository, change, id, now);
  if (change.kind === "untag") return moveTag(repository, change.tag);
  const image = repository.images.get(digestOfNumber(change.number));
  if (image === undefined) return false;
  switch (change.kind) {
    case "tag":
      return !image.tags.has(change.tag) && moveTag(repository, change.tag, image);
    case "pull":
      image.lastPulledAt = new Date(now);
      return true;
    case "archive":
      repository.images.set(image.digest, { ...image, isArchived: true });
      return true;
    default:
      return !isListed(repository, image) && repository.images.delete(image.digest);
  }
}

function push(
  repository: SimulatedRepository,
  change: ImageChange,
  id: string,
  now: number,
): boolean {
  const { kind, tag } = change;
  const about = digestOfNumber(change.number);
  const isNewIndex = kind === "push index" && repository.images.has(about);
  const pushed: SimulatedImage = {
    digest: digestOf(`pushed-${id}`),
    tags: new Set(),
    sizeBytes: 1_000_000,
    pushedAt: new Date(now),
    mediaType: isNewIndex ? INDEX : MANIFEST,
    children: isNewIndex ? [about] : [],
    ...(kind === "push signature" && { subject: about }),
    isArchived: false,
  };
  repository.images.set(pushed.digest, pushed);
  return moveTag(repository, tag, pushed);
}

/** Gives a tag to an image or, without one, takes it away. */
function moveTag({ images }: SimulatedRepository, tag: string, to?: SimulatedImage): boolean {
  const had = [...images.values()].find(({ tags }) => tags.delete(tag));
  to?.tags.add(tag);
  return had !== to;
}

function isListed({ images }: SimulatedRepository, { digest }: SimulatedImage): boolean {
  return [...images.values()].some(({ children }) => children.includes(digest));
}

/** Changes the users of an organization, wherever they are; `id` names the one that is deployed. */
export function changeUsers(organization: Organization, change: UserChange, id: string): void {
  switch (change.kind) {
    case "deploy":
      addUser(organization, change.user, id);
      return;
    case "remove user":
      removeUser(organization, userId(change.position));
      return;
    default:
      for (const place of placesIn(organization)) changeEcs(place, change);
  }
}

function changeEcs(
  { taskDefinitions, inactiveTaskDefinitions, clusters }: Account,
  change: Exclude<UserChange, { readonly kind: "deploy" | "remove user" }>,
): void {
  if (change.kind === "remove cluster") {
    clusters.delete("main");
    return;
  }
  const id = `${userId(change.position)}:${change.revision}`;
  if (change.kind === "remove task definition") taskDefinitions.delete(id);
  else if (taskDefinitions.has(id)) inactiveTaskDefinitions.add(id);
}
