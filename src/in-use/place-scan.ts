import { asError } from "../errors.ts";
import type { Log } from "../log.ts";
import { addReference } from "./add-reference.ts";
import type { PlaceResult, References, SourceResult } from "./evidence.ts";
import type { FactMemory } from "./fact-memory.ts";
import { Facts } from "./facts.ts";
import { createOnce } from "./once.ts";
import type { Place } from "./scopes/place.ts";
import type { OpenPlace } from "./scopes/scopes.ts";
import type { TaskDefinitions } from "./sources/ecs/task-definitions.ts";
import { NamedTaskDefinitions } from "./sources/named-task-definitions.ts";
import type { Report, Scope, Source } from "./sources/source.ts";
import type { Unread } from "./unread.ts";

/** How often a source is read at most, if it names task definitions that ECS no longer has. */
const MAX_READINGS = 5;

/** Follows the reading of sources. */
export interface SourceObserver {
  /** A source of evidence has been read to its end, in one place. */
  readonly onScanned?: (source: SourceResult) => void;
  /** This many things of a kind have been read of a source of evidence until now, such as its services. */
  readonly onReading?: (source: string, things: string, count: number) => void;
}

/** What is read in each place, and who hears of it. */
export interface Reading {
  readonly sources: readonly Source[];
  readonly depth: Pick<Scope, "depth" | "keepTaskDefinitions">;
  readonly log: Log;
  readonly observer: SourceObserver;
  /** What keeps the facts of a place for later runs, if anything does. */
  readonly factMemory?: (place: Place) => FactMemory | undefined;
}

/** What was read of one place, and what could not be read. */
export interface PlaceReading {
  readonly result: PlaceResult;
  readonly unread: readonly Unread[];
  readonly isComplete: boolean;
}

/** Reads the sources of one place to their end, side by side. */
export class PlaceScan {
  readonly #place: OpenPlace;
  readonly #name: string | undefined;
  readonly #reading: Reading;
  readonly #warned = new Set<string>();
  readonly #facts = new Facts();
  readonly #memory: FactMemory | undefined;

  /** @param name the name of the place, if others are read too */
  constructor(place: OpenPlace, name: string | undefined, reading: Reading) {
    this.#place = place;
    this.#name = name;
    this.#reading = reading;
    this.#memory = reading.factMemory?.(place);
  }

  /** Adds every image in use to a set, and returns what it read and what it could not read. */
  async read(images: References): Promise<PlaceReading> {
    const read = async (facts: Facts) => this.#read(images, facts);
    return this.#memory === undefined ? read(this.#facts) : this.#memory.during(read);
  }

  async #read(images: References, facts: Facts): Promise<PlaceReading> {
    const { depth, sources } = this.#reading;
    const scope = { ...this.#place.connect(), ...depth, once: createOnce(), askFact: facts.ask };
    const readOne = async (source: Source): Promise<SourceResult | Unread> =>
      this.#readSource(source, scope, images).catch((error: unknown) => ({
        place: this.#name,
        source,
        error: asError(error),
      }));
    const outcomes = await Promise.all(sources.map(readOne));
    const { account, region } = this.#place;
    const results = outcomes.flatMap((outcome) => ("error" in outcome ? [] : [outcome]));
    const unread = outcomes.filter((outcome) => "error" in outcome);
    return {
      result: { account, region, sources: results },
      unread,
      isComplete: unread.length === 0,
    };
  }

  /**
   * A task definition can be gone by the time it is described, as when it was deleted with its service. Then its users
   * are read again: they are gone too, or name another one.
   */
  async #readSource(source: Source, scope: Scope, images: References): Promise<SourceResult> {
    let missing: readonly string[] = [];
    for (let reading = 1; ; reading += 1) {
      const named = new NamedTaskDefinitions();
      const blindSpots = new Set<string>();
      const counts = new Map<string, number>();
      let references = 0;
      let definitions: Promise<TaskDefinitions> | undefined;
      let isOver = false;
      const report: Report = {
        image: (reference, place) => {
          references += 1;
          this.#add(images, reference, place);
        },
        taskDefinition: (name, place, options) => {
          // Calls that were under way when another one failed still report what they find.
          if (isOver) return;
          named.add(name, place, options);
          definitions ??= loadTaskDefinitions(scope);
          // A failure to load is that of the reading itself.
          definitions.then((loaded) => loaded.begin(name, options)).catch(() => {});
        },
        blindSpot: (text) => blindSpots.add(this.#placed(text)),
        progress: (things, count) => {
          counts.set(things, (counts.get(things) ?? 0) + count);
          this.#reading.observer.onReading?.(source.title, things, counts.get(things) ?? 0);
        },
      };
      const read = async () => {
        const status = await source.read(scope, report);
        const gone = await (await definitions)?.read(named, report);
        return { status, gone: gone ?? [] };
      };
      const { status, gone } = await read().finally(async () => {
        isOver = true;
        (await definitions)?.end();
      });
      if (gone.length === 0) {
        return this.#finish(source, { status, references, blindSpots: [...blindSpots] });
      }
      if (reading >= MAX_READINGS || gone.some((name) => missing.includes(name))) {
        throw new Error(gone.map((name) => describeMissing(name, named.placesOf(name))).join("; "));
      }
      missing = gone;
    }
  }

  #finish({ id, title: name }: Source, found: Omit<SourceResult, "id" | "name">): SourceResult {
    const { log, observer } = this.#reading;
    const { account, region } = this.#place;
    if (found.status === "not-available") {
      log.info(`${name} not available in this region`, {
        ...(account !== undefined && { account }),
        region,
      });
    }
    for (const blindSpot of found.blindSpots) this.#warn(id, blindSpot);
    const result = { id, name, ...found };
    observer.onScanned?.(result);
    return result;
  }

  /** Once for all scans. */
  #warn(source: string, blindSpot: string): void {
    if (this.#warned.has(blindSpot)) return;
    this.#warned.add(blindSpot);
    this.#reading.log.warn("Cannot know which images this uses", { source, blindSpot });
  }

  #add(images: References, reference: string, place: string): void {
    addReference(images, this.#reading.log, { reference, place: this.#placed(place) });
  }

  #placed(text: string): string {
    return this.#name === undefined ? text : `${this.#name}: ${text}`;
  }
}

/** The SDK client of ECS loads with it, so only for a place that names task definitions. */
async function loadTaskDefinitions(scope: Scope): Promise<TaskDefinitions> {
  const module = await import("./sources/ecs/task-definitions.ts");
  return new module.TaskDefinitions(scope);
}

function describeMissing(name: string, places: Iterable<string>): string {
  return `ecs:DescribeTaskDefinition failed for ${name}: ECS has no such task definition, and ${[...places].join(", ")} still names it`;
}
