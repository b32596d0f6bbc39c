import pMap from "p-map";

import { OutOfTimeError, ScanError } from "../errors.ts";
import { type ListResult, type PlaceResult, type References, addSources } from "./evidence.ts";
import type { Lists } from "./lists/lists.ts";
import { type PlaceReading, PlaceScan, type Reading, type SourceObserver } from "./place-scan.ts";
import { nameOf } from "./scopes/place.ts";
import type { Scopes } from "./scopes/scopes.ts";
import { type Unread, explainUnread } from "./unread.ts";

/** How many places are read at the same time. More are faster, and take more memory and connections than a small function has. */
const CONCURRENT_PLACES = 4;

/** Follows a scan. */
export interface ScanObserver extends SourceObserver {
  /** This many accounts in this many Regions have been read, of so many. */
  readonly onPlaceRead?: (read: number, places: number) => void;
}

/** What a scan has read. */
export interface ScanResult {
  readonly places: readonly PlaceResult[];
  readonly lists: readonly ListResult[];
}

/** Reads every source of evidence in every place to its end, and every list. */
export class Scan {
  readonly #scopes: Pick<Scopes, "places" | "closed">;
  readonly #reading: Reading & { readonly observer: ScanObserver };
  readonly #places: readonly PlaceScan[];
  readonly #lists: Pick<Lists, "read"> | undefined;

  /** @param lists of references that something else has found, if there are any */
  constructor(
    scopes: Pick<Scopes, "places" | "closed">,
    reading: Reading & { readonly observer: ScanObserver },
    lists?: Pick<Lists, "read">,
  ) {
    this.#scopes = scopes;
    this.#reading = reading;
    this.#lists = lists;
    const { places, closed } = scopes;
    const isAlone = places.length + closed.length === 1;
    this.#places = places.map(
      (place) => new PlaceScan(place, isAlone ? undefined : nameOf(place), reading),
    );
  }

  /**
   * Adds every image in use to a set.
   *
   * @throws ScanError with everything that cannot be read, in all places and lists, or OutOfTimeError if only time is missing
   */
  async read(images: References): Promise<ScanResult> {
    const [outcomes, listed] = await Promise.all([
      this.#readPlaces(images),
      this.#lists?.read(images),
    ]);
    const { results: lists = [], failures = [] } = listed ?? {};
    this.#requireAll([
      ...this.#scopes.closed,
      ...outcomes.flatMap(({ unread }) => unread),
      ...failures.map((error) => ({ error })),
    ]);
    const places = outcomes.map(({ result }) => result);
    this.#reading.log.info("Found used images", {
      references: images.size,
      places: places.length,
      sources: addSources(places),
      ...(lists.length > 0 && { lists }),
    });
    return { places, lists };
  }

  async #readPlaces(images: References): Promise<PlaceReading[]> {
    const { observer } = this.#reading;
    let read = 0;
    const readOne = async (place: PlaceScan) => {
      const outcome = await place.read(images);
      read += 1;
      observer.onPlaceRead?.(read, this.#places.length);
      return outcome;
    };
    return pMap(this.#places, readOne, { concurrency: CONCURRENT_PLACES });
  }

  /** Running out of time is no failure, unless something else failed. */
  #requireAll(unread: readonly Unread[]): void {
    const failed = unread.filter(({ error }) => !(error instanceof OutOfTimeError));
    if (failed.length > 0) throw new ScanError(explainUnread(failed, this.#reading.sources));
    if (unread.length > 0) throw new OutOfTimeError();
  }
}
