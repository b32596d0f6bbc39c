import { type Observation, Proof, type RepositoryHistory, type Use } from "./history.ts";

/** When a run looks, and what it reads: in hours since the epoch, and in a word for each thing. */
export type Look = Pick<Observation, "hour" | "reads">;

/** What a run knows of the use of one repository's images, and what it adds. */
export class RepositoryMemory {
  /** What earlier runs prove; missing if that is unknown. */
  readonly proof: Proof | undefined;
  readonly #look: Look;
  readonly #days: number | undefined;
  #uses = new Map<string, Use>();
  #present: ReadonlySet<string> | undefined;

  /**
   * @param history missing if it could not be read
   * @param days of the rule keepUsedDays; missing if it is off
   */
  constructor(history: RepositoryHistory | undefined, look: Look, days: number | undefined) {
    this.#days = days;
    this.proof = history && new Proof(history, look.hour, look.reads);
    this.#look = look;
  }

  /** Notes the images that the run has found in use, by their digests, beside those that it has found before. */
  noteUses(uses: ReadonlyMap<string, Use>): void {
    for (const [digest, use] of uses) this.#uses.set(digest, use);
  }

  /** Notes the digests of all images. Until then, there is nothing to remember. */
  notePresent(digests: ReadonlySet<string>): void {
    this.#present = digests;
  }

  /** Forgets what the run has found, once it is written. */
  forget(): void {
    this.#uses = new Map();
    this.#present = undefined;
  }

  /** What the run has found and not written. */
  get observation(): Observation | undefined {
    if (this.#present === undefined) return undefined;
    // A listing can miss an image that is there: what the rule keeps is not forgotten.
    const kept = this.#days === undefined ? [] : (this.proof?.recentlyUsed(this.#days) ?? []);
    return { ...this.#look, uses: this.#uses, present: new Set([...this.#present, ...kept]) };
  }
}
