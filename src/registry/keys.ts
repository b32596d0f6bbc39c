import type { ImageReference, UnreadableReference } from "./reference.ts";

/** The key of one account's registry in one Region, `account/region`. */
export function registryKey(at: { account: string; region: string }): string {
  return `${at.account}/${at.region}`;
}

/** The key of a whole repository, `account/region/name`: what every spelling of its host comes down to. */
export function repositoryKey(at: { account: string; region: string; repository: string }): string {
  return `${registryKey(at)}/${at.repository}`;
}

/** The key of the image that a repository's tag names. */
export function tagKey(repository: string, tag: string): string {
  return `${repository}:${tag}`;
}

/** The key of one exact image of a repository. */
export function digestKey(repository: string, digest: string): string {
  return `${repository}@${digest}`;
}

/**
 * The keys under which a reference is in use: its tag and its digest each count, since a runtime may pull by
 * either; an unreadable reference counts for its whole repository.
 */
export function canonicalKeys(reference: ImageReference | UnreadableReference): string[] {
  const repository = repositoryKey(reference);
  if ("unreadable" in reference) return [repository];
  return [
    ...(reference.tag === undefined ? [] : [tagKey(repository, reference.tag)]),
    ...(reference.digest === undefined ? [] : [digestKey(repository, reference.digest)]),
  ];
}
