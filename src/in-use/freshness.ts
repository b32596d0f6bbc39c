import { ScanError, asError } from "../errors.ts";
import { type Evidence, InUseImages, addSources } from "./evidence.ts";
import type { Scan } from "./scan.ts";

/** Evidence may be acted on for twice the time that reading it took, within these bounds in ms. */
const MIN_AGE_MS = 60 * 1000;
const MAX_AGE_MS = 10 * 60 * 1000;

const TOOK_TOO_LONG =
  "reading the evidence took longer than 10 minutes, after which it may not be used; set KEEP_TASK_DEFINITIONS=0 if nothing " +
  "starts ECS tasks by the name of their family, or leave out sources with IN_USE_SOURCES or Regions with IN_USE_REGIONS if they use no image of this registry";

/**
 * The in-use evidence of a run, shared by all repositories, and read again when it is out of date. All scans are
 * joined: an image that any of them saw in use is kept.
 */
export class FreshEvidence {
  readonly #scan: Pick<Scan, "read">;
  readonly #now: () => number;
  readonly #onRead: (images: InUseImages) => void;
  readonly #images: InUseImages;
  #reading: Promise<Evidence> | undefined;
  #latest: Evidence | undefined;
  #failure: Error | undefined;

  /**
   * @param now milliseconds since the epoch
   * @param onRead may add to what each scan has found
   * @param images takes what all scans find
   */
  constructor(
    scan: Pick<Scan, "read">,
    now: () => number,
    onRead: (images: InUseImages) => void = () => {},
    images = new InUseImages(),
  ) {
    this.#images = images;
    this.#scan = scan;
    this.#now = now;
    this.#onRead = onRead;
  }

  /** The newest evidence that was read to its end. */
  get latest(): Evidence | undefined {
    return this.#latest;
  }

  /** The error of a scan that failed: from then on there is no evidence. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /**
   * Evidence that was begun at `time` (ms since the epoch) or later, and is not out of date. Throws ScanError, and once it
   * has, always.
   */
  async since(time: number): Promise<Evidence> {
    // A scan that others wait for may have begun too early: then another one follows.
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      const evidence = await (this.#reading ?? this.#latestOrNew(time));
      if (evidence.startedAt >= time && !this.#isTooOld(evidence)) return evidence;
    }
  }

  /** Evidence that is not out of date. Throws ScanError, and once it has, always. */
  async current(): Promise<Evidence> {
    return this.since(-Infinity);
  }

  /** Whether a plan made by some evidence may still be acted on: there is no newer evidence, and it is not too old. */
  isCurrent(evidence: Evidence): boolean {
    return (
      this.#failure === undefined &&
      this.#reading === undefined &&
      evidence === this.#latest &&
      !this.#isTooOld(evidence)
    );
  }

  /** Refuses evidence for the rest of the run. */
  refuse(failure: ScanError): never {
    this.#failure ??= failure;
    throw this.#failure;
  }

  async #latestOrNew(time: number): Promise<Evidence> {
    const latest = this.#latest;
    if (latest !== undefined && latest.startedAt >= time && !this.#isTooOld(latest)) return latest;
    this.#reading = this.#read();
    return this.#reading;
  }

  /** Counted from the first call that the evidence rests on. */
  #isTooOld({ startedAt, durationMs }: Evidence): boolean {
    const maxAge = Math.min(Math.max(2 * durationMs, MIN_AGE_MS), MAX_AGE_MS);
    return this.#now() - startedAt > maxAge;
  }

  async #read(): Promise<Evidence> {
    const startedAt = this.#now();
    try {
      const { places, lists } = await this.#scan.read(this.#images);
      const durationMs = this.#now() - startedAt;
      // Such evidence would be read again for ever.
      if (durationMs > MAX_AGE_MS) throw new ScanError([new Error(TOOK_TOO_LONG)]);
      this.#onRead(this.#images);
      const sources = addSources(places);
      this.#latest = { images: this.#images, sources, places, lists, startedAt, durationMs };
      return this.#latest;
    } catch (error) {
      this.#failure = asError(error);
      throw error;
    } finally {
      this.#reading = undefined;
    }
  }
}
