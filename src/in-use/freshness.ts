import { ScanError, asError } from "../errors.ts";
import type { Run } from "../run/context.ts";
import { type Evidence, scanInUse } from "./scan.ts";

/** Evidence older than this, in ms, is no ground for a deletion: services may have been deployed since. */
const MAX_AGE_MS = 10 * 60 * 1000;

const NOTHING_IN_USE =
  "no image at all was found to be in use, as in a wrong Region or with a wrong role; " +
  "if that is right, set ALLOW_EMPTY_IN_USE=true";

/** The in-use evidence of a run, read again when it gets too old; shared by all that goes on at once. */
export class FreshEvidence {
  readonly #run: Run;
  #scan: Promise<Evidence>;
  #isReading = false;
  #latest: Evidence | undefined;
  #failure: Error | undefined;

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
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Whether a plan made by some evidence may still be acted on: none newer is there or under way, and it is not too old. */
  isCurrent(evidence: Evidence): boolean {
    return (
      this.#failure === undefined &&
      !this.#isReading &&
      evidence === this.#latest &&
      !this.#isTooOld(evidence)
    );
  }

  /** Evidence to make a plan by, read again if need be; throws ScanError, and once it has, always. */
  async current(): Promise<Evidence> {
    // No await comes before this, so that of several callers only the first reads again.
    if (this.#failure !== undefined) throw this.#failure;
    const isTooOld = this.#latest !== undefined && this.#isTooOld(this.#latest);
    if (isTooOld && !this.#isReading) this.#scan = this.#read();
    return this.#scan;
  }

  /** Refuses, with a ScanError, to delete by evidence that nothing at all is in use, unless the configuration allows it. */
  requireAny(): void {
    if (this.#run.config.guardRails.allowEmptyInUse || this.#latest?.images.size !== 0) return;
    this.#failure ??= new ScanError([new Error(NOTHING_IN_USE)]);
    throw this.#failure;
  }

  /** Counted from the first call that the evidence rests on; a dry run acts on nothing. */
  #isTooOld({ startedAt }: Evidence): boolean {
    return !this.#run.config.dryRun && this.#run.now() - startedAt > MAX_AGE_MS;
  }

  async #read(): Promise<Evidence> {
    this.#isReading = true;
    try {
      const evidence = await scanInUse(this.#run);
      this.#latest = evidence;
      // Such evidence would be read again for ever.
      if (this.#isTooOld(evidence)) {
        throw new ScanError([new Error("it took longer than its result may be used")]);
      }
      return evidence;
    } catch (error) {
      this.#failure = asError(error);
      throw error;
    } finally {
      this.#isReading = false;
    }
  }
}
