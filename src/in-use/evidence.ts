import type { Image } from "../registry/image.ts";
import { WHOLE_REPOSITORY, namesIn, registryKey, repositoryKey } from "../registry/keys.ts";
import { parseReference } from "../registry/reference.ts";
import { findDigests } from "../registry/text.ts";
import type { Place } from "./scopes/place.ts";

/** The result of reading one source of evidence, in one place or in all. */
export interface SourceResult {
  /** As in `IN_USE_SOURCES`. */
  readonly id: string;
  /** As people read it. */
  readonly name: string;
  /** `complete`: read to its end; `not-available`: no Region that was read has such a service. */
  readonly status: "complete" | "not-available";
  /** How many references it reported, repeated ones and those to other registries included. */
  readonly references: number;
  /** What it found whose images cannot be known: a sentence for each. */
  readonly blindSpots: readonly string[];
}

/** The result of reading all sources in one place. */
export interface PlaceResult extends Place {
  readonly sources: readonly SourceResult[];
}

/** A list of references in use that something else has found, as it was read. */
export interface ListResult {
  /** The file, or the object in S3. */
  readonly name: string;
  /** Null if the list does not say it. */
  readonly account: string | null;
  readonly region: string | null;
  /** In ISO 8601. */
  readonly time: string;
  /** How many references it has, those to other registries included. */
  readonly references: number;
  /** The ids of the sources of evidence that its maker read, if it left some out: what only the others show may look unused. */
  readonly sources?: readonly string[];
  /** What its maker found whose images cannot be known, if there is any: a sentence for each. */
  readonly blindSpots?: readonly string[];
}

/** What one scan found, joined with all earlier scans of the run. Every source in it was read to its end. */
export interface Evidence {
  readonly images: InUseImages;
  /** One for each source. */
  readonly sources: readonly SourceResult[];
  readonly places: readonly PlaceResult[];
  readonly lists: readonly ListResult[];
  /** When the first call of the scan was made, in ms since the epoch. */
  readonly startedAt: number;
  /** How long the scan took, in ms. */
  readonly durationMs: number;
}

/** What each source found in all places together, in the order in which the places name them. */
export function addSources(places: readonly PlaceResult[]): SourceResult[] {
  const all = places.flatMap(({ sources }) => sources);
  const ids = new Set(all.map(({ id }) => id));
  return [...ids].flatMap((id) => addUp(all.filter((each) => each.id === id)));
}

const NOWHERE: readonly string[] = [];

function addUp(results: readonly SourceResult[]): SourceResult[] {
  const [first] = results;
  if (first === undefined) return [];
  const isComplete = results.some(({ status }) => status === "complete");
  return [
    {
      ...first,
      status: isComplete ? "complete" : "not-available",
      references: results.reduce((sum, { references }) => sum + references, 0),
      blindSpots: results.flatMap(({ blindSpots }) => blindSpots),
    },
  ];
}

/** How many places are remembered for one reference, by default: a thousand tasks of a service say nothing new. */
const MAX_PLACES = 10;

/** Takes the references that a scan finds. */
export interface References {
  readonly size: number;
  /** @returns false when the reference is on ECR but cannot be read, so that its whole repository counts as used */
  readonly add: (text: string, place: string) => boolean;
}

/** Every image that something uses, each with the places that use it. */
export class InUseImages implements References {
  /** By the canonical key of the repository, and in it by tag or digest. */
  readonly #repositories = new Map<string, Map<string, string[]>>();
  readonly #byRegistry = new Map<string, number>();
  readonly #digests = new Set<string>();
  readonly #maxPlaces: number;

  /** @param maxPlaces how many places are remembered for one reference */
  constructor(maxPlaces = MAX_PLACES) {
    this.#maxPlaces = maxPlaces;
  }

  /** The number of distinct references: tags, digests and whole repositories. */
  get size(): number {
    return [...this.#byRegistry.values()].reduce((sum, count) => sum + count, 0);
  }

  /**
   * Adds a reference. References to registries other than ECR are ignored.
   *
   * @returns false when the reference is on ECR but cannot be read, so that its whole repository counts as used
   */
  add(text: string, place: string): boolean {
    const reference = parseReference(text);
    if (reference === undefined) return true;
    // What is not readable otherwise can still name a digest.
    for (const digest of findDigests(text)) this.addDigest(digest);
    const used = this.#usedIn(repositoryKey(reference));
    for (const name of namesIn(reference)) {
      const places = used.get(name);
      if (places === undefined) {
        used.set(name, [place]);
        const registry = registryKey(reference);
        this.#byRegistry.set(registry, this.countIn(registry) + 1);
      } else if (places.length < this.#maxPlaces && !places.includes(place)) places.push(place);
    }
    return !("unreadable" in reference);
  }

  /** The number of distinct references to one registry, given as `account/region`. */
  countIn(registry: string): number {
    return this.#byRegistry.get(registry) ?? 0;
  }

  /** The number of distinct references to one repository, given by its canonical key. */
  countOn(repository: string): number {
    return this.#repositories.get(repository)?.size ?? 0;
  }

  /** Notes the digest of an image in use, in whatever repository it is. */
  addDigest(digest: string): void {
    this.#digests.add(digest);
  }

  /** Whether an image with a digest is in use, in whatever repository it is. */
  hasDigest(digest: string): boolean {
    return this.#digests.has(digest);
  }

  /** The places that use an image of a repository (given by its canonical key): by digest, by any tag, or as a whole. */
  placesOf(repository: string, image: Image): readonly string[] {
    const used = this.#repositories.get(repository);
    if (used === undefined) return NOWHERE;
    const names = [image.digest, ...image.tags, WHOLE_REPOSITORY];
    return [...new Set(names.flatMap((name) => used.get(name) ?? []))];
  }

  /** Whether an image of a repository (given by its canonical key) is used by its very digest. */
  isPinned(repository: string, image: Image): boolean {
    return this.#repositories.get(repository)?.has(image.digest) === true;
  }

  #usedIn(repository: string): Map<string, string[]> {
    const used = this.#repositories.get(repository) ?? new Map<string, string[]>();
    this.#repositories.set(repository, used);
    return used;
  }
}
