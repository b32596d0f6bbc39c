import { OutOfTimeError, ScanError, asError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { InUseImages, SourceResult } from "./evidence.ts";
import { createOnce } from "./once.ts";
import { NamedTaskDefinitions } from "./sources/named-task-definitions.ts";
import type { TaskDefinitions } from "./sources/ecs/task-definitions.ts";
import type { Report, Scope, Source } from "./sources/source.ts";
import { type Unread, explainUnread } from "./unread.ts";

/** How often a source is read at most, if it names task definitions that ECS no longer has. */
const MAX_READINGS = 5;

/** A scope without what belongs to one scan. */
export type ScanScope = Omit<Scope, "once">;

/** Follows a scan. */
export interface ScanObserver {
  /** A source of evidence has been read to its end. */
  readonly onScanned?: (source: SourceResult) => void;
  /** This many things of a kind have been read of a source of evidence until now, such as its services. */
  readonly onReading?: (source: string, things: string, count: number) => void;
}

/** Reads sources of evidence to their end, side by side. */
export class Scan {
  readonly #scope: ScanScope;
  readonly #sources: readonly Source[];
  readonly #log: Log;
  readonly #observer: ScanObserver;
  readonly #warned = new Set<string>();
  #taskDefinitions: TaskDefinitions | undefined;

  constructor(scope: ScanScope, sources: readonly Source[], log: Log, observer: ScanObserver = {}) {
    this.#scope = scope;
    this.#sources = sources;
    this.#log = log;
    this.#observer = observer;
  }

  /**
   * Adds every image in use to a set.
   *
   * @throws ScanError with the failures of all sources, or OutOfTimeError if only time is missing
   */
  async read(images: InUseImages): Promise<SourceResult[]> {
    const scope = { ...this.#scope, once: createOnce() };
    const readOne = async (source: Source): Promise<SourceResult | Unread> =>
      this.#readSource(source, scope, images).catch((error: unknown) => ({
        source,
        error: asError(error),
      }));
    const outcomes = await Promise.all(this.#sources.map(readOne));
    this.#requireAll(outcomes.filter((outcome) => "error" in outcome));
    const results = outcomes.flatMap((outcome) => ("error" in outcome ? [] : [outcome]));
    this.#log.info("Found used images", { references: images.size, sources: results });
    return results;
  }

  /**
   * A task definition can be gone by the time it is described, as when it was deleted with its service. Then its users
   * are read again: they are gone too, or name another one.
   */
  async #readSource(source: Source, scope: Scope, images: InUseImages): Promise<SourceResult> {
    let missing: readonly string[] = [];
    for (let reading = 1; ; reading += 1) {
      const named = new NamedTaskDefinitions();
      const blindSpots = new Set<string>();
      const counts = new Map<string, number>();
      let references = 0;
      const report: Report = {
        image: (reference, place) => {
          references += 1;
          this.#add(images, reference, place);
        },
        taskDefinition: (name, place, options) => named.add(name, place, options),
        blindSpot: (text) => blindSpots.add(text),
        progress: (things, count) => {
          counts.set(things, (counts.get(things) ?? 0) + count);
          this.#observer.onReading?.(source.title, things, counts.get(things) ?? 0);
        },
      };
      const status = await source.read(scope, report);
      const gone = named.size > 0 ? await (await this.#definitions()).read(named, report) : [];
      if (gone.length === 0) {
        return this.#finish(source, { status, references, blindSpots: [...blindSpots] });
      }
      if (reading >= MAX_READINGS || gone.some((name) => missing.includes(name))) {
        throw new Error(gone.map((name) => describeMissing(name, named.placesOf(name))).join("; "));
      }
      missing = gone;
    }
  }

  /** Running out of time is no failure, unless something else failed. */
  #requireAll(unread: readonly Unread[]): void {
    const failed = unread.filter(({ error }) => !(error instanceof OutOfTimeError));
    if (failed.length > 0) throw new ScanError(explainUnread(failed, this.#sources));
    if (unread.length > 0) throw new OutOfTimeError();
  }

  #finish({ id, title: name }: Source, found: Omit<SourceResult, "id" | "name">): SourceResult {
    if (found.status === "not-available") {
      this.#log.info(`${name} not available in this region`, { region: this.#scope.region });
    }
    for (const blindSpot of found.blindSpots) this.#warn(id, blindSpot);
    const result = { id, name, ...found };
    this.#observer.onScanned?.(result);
    return result;
  }

  /** Once for all scans. */
  #warn(source: string, blindSpot: string): void {
    if (this.#warned.has(blindSpot)) return;
    this.#warned.add(blindSpot);
    this.#log.warn("Cannot know which images this uses", { source, blindSpot });
  }

  async #definitions(): Promise<TaskDefinitions> {
    const module = await import("./sources/ecs/task-definitions.ts");
    this.#taskDefinitions ??= new module.TaskDefinitions(this.#scope);
    return this.#taskDefinitions;
  }

  #add(images: InUseImages, reference: string, place: string): void {
    if (images.add(reference, place)) return;
    const fields = { reference, place };
    this.#log.warn("Cannot read an image reference, keeping its whole repository", fields);
  }
}

function describeMissing(name: string, places: Iterable<string>): string {
  return `ecs:DescribeTaskDefinition failed for ${name}: ECS has no such task definition, and ${[...places].join(", ")} still names it`;
}
