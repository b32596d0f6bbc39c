import { ScanError, asError } from "../errors.ts";
import type { Run } from "../run.ts";
import { type Evidence, scanInUse } from "./scan.ts";

/** Evidence older than this, in ms, is no ground for a deletion: services may have been deployed since. */
const MAX_AGE_MS = 10 * 60 * 1000;

const NOTHING_IN_USE =
  "no image at all was found to be in use, as in a wrong Region or with a wrong role; " +
  "if that is right, set ALLOW_EMPTY_IN_USE=true";

/** The in-use evidence of a run, read again when it gets too old; shared by all that goes on at once. */
export class FreshEvidence {
  readonly #run: Run;
  #startedAt = 0;
  #scan: Promise<Evidence>;
  #latest: Evidence | undefined;
  #failure: unknown;

  private constructor(run: Run) {
    this.#run = run;
    this.#scan = this.#read();
  }

  /** Reads the evidence for the first time; throws ScanError. */
  static async read(run: Run): Promise<FreshEvidence> {
    const evidence = new FreshEvidence(run);
    await evidence.#scan;
    return evidence;
  }

  /** The newest evidence that was read to its end. */
  get latest(): Evidence | undefined {
    return this.#latest;
  }

  /** What a later reading failed with, or why its result is refused, if so. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Whether the evidence is too old to delete by, counted from the first call that it rests on; never in a dry run. */
  get isStale(): boolean {
    return !this.#run.config.dryRun && this.#run.now() - this.#startedAt > MAX_AGE_MS;
  }

  /** Evidence that may be acted on now, read again if need be; throws ScanError, and once it has, always. */
  async current(): Promise<Evidence> {
    // No await comes before this, so that of several callers only the first reads again.
    if (this.isStale && this.#failure === undefined) this.#scan = this.#read();
    return this.#scan;
  }

  /** Refuses, with a ScanError, to delete by evidence that nothing at all is in use, unless the configuration allows it. */
  requireAny(): void {
    if (this.#run.config.guardRails.allowEmptyInUse || this.#latest?.images.size !== 0) return;
    this.#failure ??= new ScanError([new Error(NOTHING_IN_USE)]);
    throw asError(this.#failure);
  }

  async #read(): Promise<Evidence> {
    this.#startedAt = this.#run.now();
    try {
      this.#latest = await scanInUse(this.#run);
      // Such evidence would be read again for ever.
      if (this.isStale)
        throw new ScanError([new Error("it took longer than its result may be used")]);
      return this.#latest;
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}
