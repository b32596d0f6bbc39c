import { StoreError, asError } from "../errors.ts";
import type { Log } from "../log.ts";
import { Memory, type MemoryFormat } from "../store/memory.ts";
import type { Store } from "../store/store.ts";
import { NO_HISTORY, type Observation, Proof, type RepositoryHistory, observe } from "./history.ts";
import { toRecord, toHistory } from "./history-format.ts";

/** Raised when the history is written otherwise. */
const FORMAT = 1;

const NOT_READ =
  "The history of use could not be read, so images that it may keep are kept, and today is missing from it";
const NOT_WRITTEN =
  "The history of use could not be written, so what was in use today is missing from it";

/** The history of every repository of a registry, by its name. */
export type Histories = ReadonlyMap<string, RepositoryHistory>;

/** What a run knows of itself when it looks into the history. */
export interface Today {
  /** The day of the run, as a number since the epoch. */
  readonly day: number;
  /** What it reads: the sources of evidence, the accounts, the Regions and so on, each in a word. */
  readonly reads: readonly string[];
}

/** The history of use of one registry, kept from one run to the next. */
export class HistoryMemory {
  readonly #memory: Memory<Histories>;
  readonly #today: Today;
  readonly #onFailure: (error: StoreError) => void;
  readonly #observations = new Map<string, Observation>();
  readonly #proofs = new Map<string, Proof>();
  /** Missing if it could not be read: then nothing is written either. */
  #histories: Histories | undefined;

  /** @param onFailure hears why the history could not be read or written: the run goes on, and keeps what it may keep */
  constructor(
    store: Store,
    registry: { readonly account: string; readonly region: string },
    today: Today,
    { log, onFailure }: { readonly log: Log; readonly onFailure: (error: StoreError) => void },
  ) {
    this.#memory = new Memory(store, formatFor(registry), log);
    this.#today = today;
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

  /** What the history of a repository proves today; nothing if that is unknown. */
  proofOf(repository: string): Proof | undefined {
    if (this.#histories === undefined) return undefined;
    const known = this.#proofs.get(repository);
    if (known !== undefined) return known;
    const { day, reads } = this.#today;
    const proof = new Proof(this.#histories.get(repository) ?? NO_HISTORY, day, reads);
    this.#proofs.set(repository, proof);
    return proof;
  }

  /** Whether an image can have been in use in the last `days` days, in whatever repository it is. */
  wasInUse(digest: string, days: number): boolean {
    const names = [...(this.#histories?.keys() ?? [])];
    return names.some((name) => this.proofOf(name)?.recentUse(digest, days) !== undefined);
  }

  /** Notes what the run has found of a repository, beside what it has found before. */
  note(repository: string, { uses, present }: Pick<Observation, "uses" | "present">): void {
    const before = this.#observations.get(repository)?.uses ?? [];
    const all = new Map([...before, ...uses]);
    this.#observations.set(repository, { ...this.#today, uses: all, present });
  }

  /** Writes what was noted since the last time. */
  async save(): Promise<void> {
    const observations = [...this.#observations];
    this.#observations.clear();
    if (this.#histories === undefined || observations.length === 0) return;
    try {
      await this.#memory.update((stored = new Map()) => {
        const observed = observations.map(
          ([name, found]) => [name, observe(stored.get(name) ?? NO_HISTORY, found)] as const,
        );
        return new Map([...stored, ...observed]);
      });
    } catch (error) {
      this.#onFailure(new StoreError(NOT_WRITTEN, asError(error)));
    }
  }
}

function formatFor(registry: { account: string; region: string }): MemoryFormat<Histories> {
  const { account, region } = registry;
  return {
    account,
    region,
    name: `history/${account}/${region}`,
    format: FORMAT,
    isOfOneVersion: false,
    parse: toHistory,
    write: toRecord,
  };
}
