import type { Place } from "../../../simulator/operation.ts";

/** What a reference names in the registry of one account and Region. */
export interface Reference {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
  /** False for a reference that names the repository and nothing that an image can have. */
  readonly isReadable: boolean;
}

const HOST = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z\d-]+)\.(?:amazonaws\.com|on\.aws)(?::\d+)?$/;
const NAME = /^([a-z\d]+(?:[._/-][a-z\d]+)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[\da-f]{64}))?$/;

/** Reads a reference by the README's rules. Returns undefined for one that names another registry. */
export function readReference(text: string, place: Place): Reference | undefined {
  const slash = text.indexOf("/");
  const host = HOST.exec(text.slice(0, slash).toLowerCase());
  if (host?.[1] !== place.id || host[2] !== place.region) return undefined;
  const rest = text.slice(slash + 1);
  const [, repository, tag, digest] = NAME.exec(rest) ?? [];
  if (repository === undefined) {
    return { repository: rest.split(/[:@]/)[0] ?? rest, isReadable: false };
  }
  if (tag === undefined && digest === undefined) {
    return { repository, tag: "latest", isReadable: true };
  }
  return {
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
    isReadable: true,
  };
}
