import type { ImageReference, UnreadableReference } from "./reference.ts";

/** The key of one account's registry in one Region, `account/region`. */
export function registryKey(at: { account: string; region: string }): string {
  return `${at.account}/${at.region}`;
}

/** The key of a whole repository, `account/region/name`: what every spelling of its host comes down to. */
export function repositoryKey(at: { account: string; region: string; repository: string }): string {
  return `${registryKey(at)}/${at.repository}`;
}

/** The name of everything in a repository. No tag and no digest is empty. */
export const WHOLE_REPOSITORY = "";

/**
 * By which names a reference uses images of its repository. Its tag and its digest each count, since a runtime may pull by either,
 * and a digest has a colon, which no tag has. An unreadable reference uses the whole repository.
 */
export function namesIn(reference: ImageReference | UnreadableReference): string[] {
  if ("unreadable" in reference) return [WHOLE_REPOSITORY];
  return [reference.tag, reference.digest].filter((name) => name !== undefined);
}
