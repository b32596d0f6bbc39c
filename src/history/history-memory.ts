import { StoreError, asError } from "../errors.ts";
import type { Log } from "../log.ts";
import { Memory, type MemoryFormat, type MemoryPlace } from "../store/memory.ts";
import type { Store } from "../store/store.ts";
import { NO_HISTORY, Proof, type RepositoryHistory, observe } from "./history.ts";
import { toRecord, toHistory } from "./history-format.ts";
import { type Look, RepositoryMemory } from "./repository-memory.ts";

const NOT_READ = "The history of use could not be read, so images that it may keep are kept";
const NOT_WRITTEN =
  "The history of use could not be written, so what was in use today is missing from it";

/** The history of every repository of a registry, by its name. */
export type Histories = ReadonlyMap<string, RepositoryHistory>;

const FORMAT: MemoryFormat<Histories> = {
  kind: "history",
  format: 1,
  isOfOneVersion: false,
  parse: toHistory,
  write: toRecord,
};

/** How one repository is cleaned, as far as its history matters. */
interface RepositoryRule {
  /** The registries, `account/region`, of copies that lose images with it. */
  readonly copies: readonly string[];
  /** The days of the rule keepUsedDays; missing if it is off. */
  readonly days: number | undefined;
}

/** The history of use of one registry, kept from one run to the next. */
export class HistoryMemory {
  readonly #memory: Memory<Histories>;
  readonly #look: Look;
  readonly #onFailure: (error: StoreError) => void;
  readonly #repositories = new Map<string, RepositoryMemory>();
  /** Missing if it could not be read. */
  #histories: Histories | undefined;
  /** The largest number of days that a rule of the run looks back; missing if no repository has one. */
  #days: number | undefined;
  /** Whether a repository with a rule has a history that is too young. */
  #isAnyYoung = false;
  #recent: { readonly days: number; readonly digests: ReadonlySet<string> } | undefined;

  /** @param onFailure hears why the history could not be read or written: the run goes on, and keeps what it may keep */
  constructor(
    store: Store,
    registry: MemoryPlace,
    look: Look,
    { log, onFailure }: { readonly log: Log; readonly onFailure: (error: StoreError) => void },
  ) {
    this.#memory = new Memory(store, FORMAT, registry, log);
    this.#look = look;
    this.#onFailure = onFailure;
  }

  /** Reads the history of earlier runs. */
  async load(): Promise<void> {
    try {
      this.#histories = (await this.#memory.read()) ?? new Map();
    } catch (error) {
      this.#onFailure(new StoreError(NOT_READ, asError(error)));
    }
  }

  /** The memory of one repository. A run that looks into a copy too reads more. */
  of(name: string, { copies, days }: RepositoryRule): RepositoryMemory {
    const { hour, reads } = this.#look;
    const look = { hour, reads: [...reads, ...copies.map((copy) => `copy ${copy}`)] };
    const history = this.#histories && (this.#histories.get(name) ?? NO_HISTORY);
    const memory = new RepositoryMemory(history, look, days);
    this.#repositories.set(name, memory);
    if (days !== undefined) {
      this.#days = Math.max(days, this.#days ?? 0);
      this.#isAnyYoung ||= memory.proof?.tooYoungFor(days) !== undefined;
    }
    return memory;
  }

  /** Whether a rule of the run may keep an image for its last use, in whatever repository it is. */
  mayKeep(digest: string): boolean {
    if (this.#days === undefined) return false;
    return this.#isAnyYoung || this.#histories === undefined || this.#wasUsed(digest, this.#days);
  }

  /** Writes what the run has found since the last time. */
  async save(): Promise<void> {
    const observations = [...this.#repositories].flatMap(([name, { observation }]) =>
      observation === undefined ? [] : [[name, observation] as const],
    );
    if (observations.length === 0) return;
    try {
      await this.#memory.update((stored = new Map()) => {
        const observed = observations.map(
          ([name, found]) => [name, observe(stored.get(name) ?? NO_HISTORY, found)] as const,
        );
        return new Map([...stored, ...observed]);
      });
      for (const [name] of observations) this.#repositories.get(name)?.forget();
    } catch (error) {
      this.#onFailure(new StoreError(NOT_WRITTEN, asError(error)));
    }
  }

  #wasUsed(digest: string, days: number): boolean {
    if (this.#recent?.days !== days) this.#recent = { days, digests: this.#recentDigests(days) };
    return this.#recent.digests.has(digest);
  }

  #recentDigests(days: number): Set<string> {
    const { hour, reads } = this.#look;
    const histories = [...(this.#histories?.values() ?? [])];
    return new Set(
      histories.flatMap((history) => new Proof(history, hour, reads).recentlyUsed(days)),
    );
  }
}
