import { StoreError, asError } from "../errors.ts";
import { isRecord, isTexts } from "../json.ts";
import type { Log } from "../log.ts";
import { Memory, type MemoryFormat, type MemoryPlace } from "../store/memory.ts";
import type { Store } from "../store/store.ts";
import { type Fact, Facts } from "./facts.ts";

/** What is found is written this often while a scan is under way, in ms: one that never ends has then not been for nothing. */
const WRITE_EVERY_MS = 30_000;

const NOT_READ =
  "What earlier runs have read could not be used, so this run reads all of it from AWS again";
const NOT_WRITTEN =
  "What this run has read could not be stored, so the next run reads it from AWS again";

type FactTable = Readonly<Record<string, Fact>>;

const FORMAT: MemoryFormat<FactTable> = {
  kind: "facts",
  format: 1,
  isOfOneVersion: true,
  parse: (content) => (isTable(content) ? content : undefined),
  write: (table) => table,
};

interface FactOptions {
  readonly log: Log;
  /** Hears why the facts could not be read or written: the run goes on without them. */
  readonly onFailure: (error: StoreError) => void;
  /** Whether there is time for another scan. */
  readonly hasTime: () => boolean;
}

/** Keeps the facts of one account and Region from one run to the next. */
export class FactMemory {
  readonly #memory: Memory<FactTable>;
  readonly #hasTime: () => boolean;
  readonly #onFailure: (error: StoreError) => void;
  #loading: Promise<Facts> | undefined;
  /** How many facts the store has. Missing if that is unknown: then nothing is written. */
  #stored: number | undefined;
  /** How many of the facts that the store has were learned by this run. */
  #written = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: Store, place: MemoryPlace, { log, onFailure, hasTime }: FactOptions) {
    this.#memory = new Memory(store, FORMAT, place, log);
    this.#hasTime = hasTime;
    this.#onFailure = onFailure;
  }

  /**
   * Gives a scan the facts of earlier runs, and writes what it finds while it is under way, and after it. If it was complete, the
   * store keeps nothing that it has not asked for.
   */
  async during<Result extends { readonly isComplete: boolean }>(
    scan: (facts: Facts) => Promise<Result>,
  ): Promise<Result> {
    // The store can be called in the reserve, which hundreds of places would use up.
    if (!this.#hasTime()) return scan(new Facts());
    this.#loading ??= this.#load();
    const facts = await this.#loading;
    const timer = setInterval(() => this.#write(facts, false), WRITE_EVERY_MS);
    let isComplete = false;
    try {
      const result = await scan(facts);
      ({ isComplete } = result);
      return result;
    } finally {
      clearInterval(timer);
      // A scan that runs out of time leaves calls under way.
      await facts.settle();
      this.#write(facts, isComplete);
      await this.#writing;
    }
  }

  async #load(): Promise<Facts> {
    try {
      const table = (await this.#memory.read()) ?? {};
      this.#stored = Object.keys(table).length;
      return new Facts(new Map(Object.entries(table)));
    } catch (error) {
      this.#onFailure(new StoreError(NOT_READ, asError(error)));
      return new Facts();
    }
  }

  #write(facts: Facts, isComplete: boolean): void {
    this.#writing = this.#writing.then(async () => this.#writeNow(facts, isComplete));
  }

  async #writeNow({ found, learned }: Facts, isComplete: boolean): Promise<void> {
    const isOutdated = isComplete && found.size < (this.#stored ?? 0);
    if (this.#stored === undefined || (learned === this.#written && !isOutdated)) return;
    try {
      await this.#memory.update((stored) => {
        const table = { ...(isComplete ? {} : stored), ...Object.fromEntries(found) };
        this.#stored = Object.keys(table).length;
        return table;
      });
      this.#written = learned;
    } catch (error) {
      this.#stored = undefined;
      this.#onFailure(new StoreError(NOT_WRITTEN, asError(error)));
    }
  }
}

function isTable(content: unknown): content is FactTable {
  return isRecord(content) && Object.values(content).every(isTexts);
}
