import { asError } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import type { Observer } from "../run/observer.ts";
import { type Fates, noteDeletion, noteSpared } from "./fates.ts";
import { Highest } from "./highest.ts";
import { type DoneRepository, type ImageRecord, recordOf } from "./image-record.ts";
import { RecordFile } from "./record-file.ts";

/** How many images a page shows: more are slow to search in a browser. */
const MOST_SHOWN = 200_000;

/** A repository that the run works on. */
interface Work {
  readonly plan: Plan;
  readonly fates: Fates;
}

/**
 * Records what a run says of every image. Once the work on a repository is over, its records are in a temporary file and out of
 * memory. Whatever fails here stops the recording, never the run.
 */
export class Recorder {
  readonly #file = new RecordFile();
  readonly #mostShown: number;
  readonly #ranks: Highest;
  readonly #work = new Map<string, Work>();
  readonly #tags = new Map<string, Readonly<Record<string, string>>>();
  #account: string | undefined;
  #count = 0;
  #failure: Error | undefined;

  /** @param mostShown how many images a page shows */
  constructor(mostShown = MOST_SHOWN) {
    this.#mostShown = mostShown;
    this.#ranks = new Highest(mostShown);
  }

  /** An observer that records what another one is told. */
  following(observer: Observer): Observer {
    return {
      ...observer,
      onAccount: (account) => {
        this.#account = account;
        observer.onAccount?.(account);
      },
      onPlan: (plan) => {
        const { name, tags } = plan.repository;
        this.#work.set(name, { plan, fates: new Map() });
        this.#tags.set(name, tags);
        observer.onPlan?.(plan);
      },
      onDeletion: (repository, deletion) => {
        this.#noteFate(repository, (fates) => noteDeletion(fates, deletion));
        observer.onDeletion?.(repository, deletion);
      },
      onSpared: (repository, decision) => {
        this.#noteFate(repository, (fates) => noteSpared(fates, decision));
        observer.onSpared?.(repository, decision);
      },
      onOutcome: async (outcome, dryRun) => {
        await this.#record({ outcome, dryRun });
        await observer.onOutcome?.(outcome, dryRun);
      },
    };
  }

  /** The account whose registry the run reads; missing until it is known. */
  get account(): string | undefined {
    return this.#account;
  }

  /** How many images were recorded. */
  get count(): number {
    return this.#count;
  }

  /** Whether there are more images than a page shows. */
  get isTooMuch(): boolean {
    return this.#count > this.#mostShown;
  }

  /** The tags of a repository that was planned. */
  tagsOf(repository: string): Readonly<Record<string, string>> {
    return this.#tags.get(repository) ?? {};
  }

  /** The records of a repository. Throws if any record of the run is missing. */
  async *of(repository: string): AsyncGenerator<ImageRecord, void> {
    this.#requireComplete();
    yield* this.#file.read(repository);
  }

  /** Chooses the images that a page shows: unused ones before kept ones, large ones before small ones. */
  chooseShown(): (record: ImageRecord) => boolean {
    const isShown = this.#ranks.choose();
    return (record) => isShown(rankOf(record));
  }

  /** The path of the file with all records, as JSON lines in gzip. Throws if any record of the run is missing. */
  async finish(): Promise<string> {
    this.#requireComplete();
    return this.#file.finish();
  }

  /** The path for another temporary file, which `remove` removes too. */
  async beside(name: string): Promise<string> {
    return this.#file.beside(name);
  }

  /** Removes all temporary files. */
  async remove(): Promise<void> {
    await this.#file.remove();
  }

  #noteFate(repository: string, note: (fates: Fates) => void): void {
    const work = this.#work.get(repository);
    if (work !== undefined) note(work.fates);
  }

  async #record(done: DoneRepository): Promise<void> {
    const { repository } = done.outcome;
    const work = this.#work.get(repository);
    this.#work.delete(repository);
    if (work === undefined || this.#failure !== undefined) return;
    try {
      await this.#file.append(repository, this.#recordsOf(work, done));
    } catch (error) {
      this.#failure = asError(error);
    }
  }

  *#recordsOf({ plan, fates }: Work, done: DoneRepository): Generator<ImageRecord, void> {
    for (const decision of plan.decisions) {
      const record = recordOf(decision, fates.get(decision.image.digest), done);
      this.#count += 1;
      this.#ranks.add(rankOf(record));
      yield record;
    }
  }

  #requireComplete(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** More bytes than any image has. */
const MOST_BYTES = 2 ** 52;

function rankOf({ verdict, bytes }: ImageRecord): number {
  return verdict === "delete" ? MOST_BYTES + bytes : bytes;
}
