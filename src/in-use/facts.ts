/** What AWS says of something that never changes, such as the images of a task definition. */
export type Fact = readonly string[];

/**
 * Answers something that never changes: it is read once, however many ask. Nothing is remembered of what cannot be read, or is
 * not there.
 */
export type AskFact = (
  key: string,
  read: () => Promise<Fact | undefined>,
) => Promise<Fact | undefined>;

/** The facts of one account and Region. */
export class Facts {
  readonly #known: ReadonlyMap<string, Fact>;
  readonly #asked = new Map<string, Promise<Fact | undefined>>();
  readonly #found = new Map<string, Fact>();

  /** @param known what earlier runs have found */
  constructor(known: ReadonlyMap<string, Fact> = new Map()) {
    this.#known = known;
  }

  /** The facts that somebody has asked for until now. */
  get found(): ReadonlyMap<string, Fact> {
    return this.#found;
  }

  /** How many of the facts found are not among those that were known. */
  get learned(): number {
    return [...this.#found.keys()].filter((key) => !this.#known.has(key)).length;
  }

  /** Waits for what is being read, whether anybody still needs it or not. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#asked.values());
  }

  readonly ask: AskFact = async (key, read) => {
    const known = this.#found.get(key) ?? this.#known.get(key);
    if (known !== undefined) return this.#note(key, known);
    const reading = this.#asked.get(key) ?? read();
    this.#asked.set(key, reading);
    try {
      const fact = await reading;
      return fact === undefined ? undefined : this.#note(key, fact);
    } finally {
      this.#asked.delete(key);
    }
  };

  #note(key: string, fact: Fact): Fact {
    this.#found.set(key, fact);
    return fact;
  }
}
