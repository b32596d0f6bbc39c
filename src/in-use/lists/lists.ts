import pMap from "p-map";

import { AwsCallError } from "../../aws/calls.ts";
import type { Clients } from "../../aws/clients.ts";
import { ListError, OutOfTimeError, asError } from "../../errors.ts";
import type { Log, LogFields } from "../../log.ts";
import { type StoreLocation, describeLocation } from "../../store/location.ts";
import { addReference } from "../add-reference.ts";
import type { ListResult, References } from "../evidence.ts";
import { findFiles } from "./folder-lists.ts";
import { requireEvidence } from "./judge.ts";
import type { ListFile } from "./list-file.ts";
import type { InUseList } from "./list.ts";
import { parseList } from "./parse-list.ts";

/** Lists of references in use that something else has found. */
export interface ListSettings {
  readonly locations: readonly StoreLocation[];
  /** A list that is older is not evidence. */
  readonly maxHours: number;
}

/** What reading the lists needs. */
interface Surroundings {
  /** Of the run's own account and Region. */
  readonly clients: Clients;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What was read of the lists, and why the others were not. */
interface ListsReading {
  readonly results: readonly ListResult[];
  readonly failures: readonly Error[];
}

/** How many lists are read at the same time. */
const CONCURRENT_LISTS = 10;

/** Reads all lists of references in use. */
export class Lists {
  readonly #settings: ListSettings;
  readonly #surroundings: Surroundings;
  readonly #warned = new Set<string>();

  constructor(settings: ListSettings, surroundings: Surroundings) {
    this.#settings = settings;
    this.#surroundings = surroundings;
  }

  /** Adds the references of every list to a set. What fails is in the result, a ListError or OutOfTimeError for each list. */
  async read(references: References): Promise<ListsReading> {
    const failures: Error[] = [];
    const attempt = async <Result>(name: string, read: () => Promise<Result>) =>
      read().catch((error: unknown) => {
        failures.push(toFailure(name, asError(error)));
        return undefined;
      });
    const find = async (location: StoreLocation) =>
      (await attempt(describeLocation(location), async () => this.#find(location))) ?? [];
    const found = await Promise.all(this.#settings.locations.map(find));
    // Two locations can name the same list.
    const files = new Map(found.flat().map((file) => [file.name, file]));
    const read = async (file: ListFile) =>
      attempt(file.name, async () => this.#read(file, references));
    const results = await pMap(files.values(), read, { concurrency: CONCURRENT_LISTS });
    return { results: results.filter((result) => result !== undefined), failures };
  }

  async #find(location: StoreLocation): Promise<ListFile[]> {
    if ("folder" in location) return findFiles(location.folder);
    // The SDK client of S3 loads with it.
    const { findObjects } = await import("./s3-lists.ts");
    return findObjects(this.#surroundings.clients, location);
  }

  async #read({ name, read }: ListFile, references: References): Promise<ListResult> {
    const { log, now } = this.#surroundings;
    const { bytes, modifiedAt } = await read();
    const list = parseList(bytes, modifiedAt);
    requireEvidence(list, { now: now(), maxHours: this.#settings.maxHours });
    for (const { image, place } of list.references) {
      const listed = place === undefined ? `list ${name}` : `list ${name}: ${place}`;
      addReference(references, log, { reference: image, place: listed });
    }
    this.#warnOf(name, list);
    const { account, region, sources, blindSpots } = list;
    return {
      name,
      account,
      region,
      time: new Date(list.time).toISOString(),
      references: list.references.length,
      ...(sources && { sources }),
      ...(blindSpots && { blindSpots }),
    };
  }

  #warnOf(list: string, { sources, blindSpots = [] }: InUseList): void {
    if (sources) this.#warn("A list has only what these sources show", { list, sources });
    for (const blindSpot of blindSpots) {
      this.#warn("Cannot know which images this uses", { list, blindSpot });
    }
  }

  /** Once for all readings. */
  #warn(message: string, fields: LogFields): void {
    const key = JSON.stringify(fields);
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#surroundings.log.warn(message, fields);
  }
}

function toFailure(name: string, error: Error): Error {
  if (error instanceof OutOfTimeError) return error;
  const renew = error instanceof AwsCallError ? "" : "renew or correct the list, or ";
  return new ListError(name, `${error.message}; ${renew}${LEAVE_OUT}`, { cause: error });
}

const LEAVE_OUT = "leave it out of IN_USE_LISTS if what it lists uses no image of this registry";
