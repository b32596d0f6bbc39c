/** One image in a private ECR registry, as a task definition, a function or a service names it. */
export interface ImageReference {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  /** `latest` when the text has neither tag nor digest, as every container runtime reads it. */
  readonly tag?: string;
  readonly digest?: string;
}

/** A text on an ECR host whose image cannot be told: no image of that repository may go. */
export interface UnreadableReference {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  readonly unreadable: true;
}

/*
 * Host pattern: AWS's own, from amazon-ecr-credential-helper, but for any domain. A partition that is newer
 * than this program must not make its images look unused.
 */
const ECR_REFERENCE =
  /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9][a-z0-9-_]*)\.[a-z0-9.-]+(?::\d+)?\/(?<path>.*)$/is;

const REPOSITORY = /^(?:[a-z0-9]+(?:[._-]+[a-z0-9]+)*\/)*[a-z0-9]+(?:[._-]+[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-f0-9]{32,}$/;

/**
 * Reads a reference in any spelling of the registry's host (plain, FIPS, dual-stack; any case, optional port);
 * `undefined` for images of other registries, which are none of ours.
 */
export function parseReference(text: string): ImageReference | UnreadableReference | undefined {
  const match = ECR_REFERENCE.exec(text.trim());
  if (match?.groups === undefined) return undefined;
  const { account = "", region = "", path = "" } = match.groups;

  const [name = "", digest, ...surplus] = path.split("@");
  const colon = name.indexOf(":");
  const repository = colon < 0 ? name : name.slice(0, colon);
  const tag = colon < 0 ? undefined : name.slice(colon + 1);
  const registry = { account, region: region.toLowerCase() };

  const readable =
    surplus.length === 0 &&
    REPOSITORY.test(repository) &&
    (tag === undefined || TAG.test(tag)) &&
    (digest === undefined || DIGEST.test(digest));
  if (!readable) return { ...registry, repository: firstNameIn(path), unreadable: true };

  if (digest === undefined) return { ...registry, repository, tag: tag ?? "latest" };
  return { ...registry, repository, ...(tag === undefined ? {} : { tag }), digest };
}

/** What looks like a repository's name in a path that cannot be read: `shop/api` in `/Shop/Api :v1`. */
function firstNameIn(path: string): string {
  return /[a-z0-9]+(?:[./_-]+[a-z0-9]+)*/.exec(path.toLowerCase())?.[0] ?? "";
}

/** The key of a whole repository, `account/region/name`: what every spelling of its host comes down to. */
export function repositoryKey(at: { account: string; region: string; repository: string }): string {
  return `${at.account}/${at.region}/${at.repository}`;
}

/** The key of whatever image a repository's tag names. */
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

/** A reference with the digest that it was found to stand for, and the tag that it means; one with a digest stays as it is. */
export function withDigest(reference: string, digest: string | undefined): string {
  if (digest === undefined || reference.includes("@")) return reference;
  const hasTag = reference.slice(reference.lastIndexOf("/") + 1).includes(":");
  return `${reference}${hasTag ? "" : ":latest"}@${digest}`;
}
