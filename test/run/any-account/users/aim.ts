import type { Place } from "../../../simulator/operation.ts";
import { REPOSITORIES, digestOfNumber, hostOf } from "../references.ts";
import type { DrawnRepositories } from "../repositories.ts";
import type { DrawnUser } from "./users.ts";

/**
 * A user that names an image which its repository has, by a tag or the digest; the number chooses which one.
 *
 * @param copy the registry whose copy of the image it names, if not the one that was drawn
 */
export function aimAt(
  user: DrawnUser,
  { repositories }: DrawnRepositories,
  number: number,
  copy: Place | undefined,
): DrawnUser {
  const { repository } = user.reference;
  const name = copy === undefined ? user.reference.name : `${hostOf(copy)}/${repository}`;
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
