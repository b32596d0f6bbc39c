import type { Image } from "../registry/image.ts";

/** The digests that an index lists, for each index whose manifest has been read, by its digest. */
export type Manifests = ReadonlyMap<string, readonly string[]>;

/**
 * The tags by which an image names the image that it refers to, if its manifest does not: cosign's signatures, attestations
 * and SBOMs, and the fallback of registries without the referrers API (OCI distribution 1.1).
 */
const SUBJECT_TAG = /^sha256-(?<hex>[0-9a-f]{64})(?:[.-].*)?$/;

/** How the images of one repository refer to each other, as far as their manifests have been read. */
export class ImageGraph {
  readonly #images: ReadonlyMap<string, Image>;
  readonly #manifests: Manifests;
  readonly #parents = new Map<string, Image[]>();
  readonly #referrers = new Map<string, Image[]>();

  constructor(images: readonly Image[], manifests: Manifests) {
    this.#images = new Map(images.map((image) => [image.digest, image]));
    this.#manifests = manifests;
    for (const image of images) {
      for (const digest of manifests.get(image.digest) ?? []) append(this.#parents, digest, image);
      for (const digest of subjectsOf(image)) append(this.#referrers, digest, image);
    }
  }

  /** Whether the repository has an image with a digest. */
  has(digest: string): boolean {
    return this.#images.has(digest);
  }

  /** The images that an index lists and that the repository has. */
  childrenOf({ digest }: Image): Image[] {
    return this.#find(this.#manifests.get(digest) ?? []);
  }

  /** The indexes that list an image. */
  parentsOf({ digest }: Image): readonly Image[] {
    return this.#parents.get(digest) ?? [];
  }

  /** The images that refer to an image: signatures, attestations, SBOMs and the like. */
  referrersOf({ digest }: Image): readonly Image[] {
    return this.#referrers.get(digest) ?? [];
  }

  /** The images that an image refers to and that the repository has. */
  subjectsOf(image: Image): Image[] {
    return this.#find(subjectsOf(image));
  }

  #find(digests: readonly string[]): Image[] {
    return digests.flatMap((digest) => this.#images.get(digest) ?? []);
  }
}

/** Whether an image refers to another one, in its repository or elsewhere. */
export function isReferrer(image: Image): boolean {
  return subjectsOf(image).length > 0;
}

/** The digests that an image refers to, in its repository or elsewhere. */
export function subjectsOf({ subject, tags }: Image): string[] {
  const named = tags.flatMap((tag) => SUBJECT_TAG.exec(tag)?.groups?.["hex"] ?? []);
  const digests = named.map((hex) => `sha256:${hex}`);
  return subject === undefined ? digests : [subject, ...digests];
}

function append(lists: Map<string, Image[]>, key: string, image: Image): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [image]);
  else list.push(image);
}
