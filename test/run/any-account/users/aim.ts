import type { Place } from "../../../simulator/operation.ts";
import type { CopyChange } from "../copies.ts";
import { REPOSITORIES, digestOfNumber, hostOf } from "../references.ts";
import type { DrawnRepositories } from "../repositories.ts";
import type { DrawnUser } from "./users.ts";

/** A user that names an image which its repository has, by a tag or the digest; the number chooses which one. */
export function aimAt(
  user: DrawnUser,
  { repositories }: DrawnRepositories,
  number: number,
): DrawnUser {
  const { repository, name } = user.reference;
  const { images = [] } = repositories[REPOSITORIES.indexOf(repository)] ?? {};
  const names = images.flatMap(({ tags, number: image }) => [
    ...tags.map((tag) => `:${tag}`),
    `@${digestOfNumber(image)}`,
  ]);
  if (names.length === 0) return user;
  return {
    ...user,
    reference: { repository, name, text: `${name}${names[number % names.length]}` },
  };
}

/** A user that names an image as the registry of a place has it. */
export function byNameIn(user: DrawnUser, place: Place): DrawnUser {
  const { repository, name, text } = user.reference;
  const copy = `${hostOf(place)}/${repository}`;
  return { ...user, reference: { repository, name: copy, text: text.replace(name, copy) } };
}

/** A user that names the tag that a change to a copy is about. */
export function aimAtTag(user: DrawnUser, { place, change }: CopyChange): DrawnUser {
  const { repository, tag } = change;
  const name = `${hostOf(place)}/${repository}`;
  return { ...user, reference: { repository, name, text: `${name}:${tag}` } };
}
