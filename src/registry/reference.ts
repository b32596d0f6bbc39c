/** One image in a private ECR registry, as a task definition, a function or a service names it. */
export interface ImageReference {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  /** `latest` when the text has neither tag nor digest, as every container runtime reads it. */
  readonly tag?: string;
  readonly digest?: string;
}

/** A text on an ECR host that names no clear image: every image of that repository is kept. */
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
 * `undefined` for images of other registries.
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

/**
 * The references that an image counts by, given as its user names it and with the digest that its user runs. A reference
 * with a digest of its own counts beside the one that runs.
 */
export function withDigest(reference: string, digest: string | undefined): string[] {
  if (digest === undefined) return [reference];
  const [name = "", ...pinned] = reference.split("@");
  if (pinned.length > 0) return [reference, `${name}@${digest}`];
  const hasTag = name.slice(name.lastIndexOf("/") + 1).includes(":");
  return [`${name}${hasTag ? "" : ":latest"}@${digest}`];
}
