import { ConfigError } from "../errors.ts";

/** How far this machine's clock may be off AWS's, in ms: ages are days, and AWS itself refuses larger differences. */
const MAX_SKEW_MS = 5 * 60 * 1000;

/** Compares this machine's clock with the time that AWS's answers carry. */
export class AwsClock {
  readonly #now: () => number;
  #latest: { readonly aws: number; readonly here: number } | undefined;

  /** @param now milliseconds since the epoch by this machine's clock */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes an answer's `Date` header, which counts whole seconds. */
  note(date: string | undefined): void {
    const aws = Date.parse(date ?? "");
    if (!Number.isNaN(aws)) this.#latest = { aws, here: this.#now() };
  }

  /**
   * Throws ConfigError if the clock is more than five minutes off AWS's: images would seem older than they are. Without
   * a time from AWS there is nothing to compare.
   */
  requireRight(): void {
    if (this.#latest === undefined) return;
    const { aws, here } = this.#latest;
    if (Math.abs(here - aws) <= MAX_SKEW_MS) return;
    const minutes = Math.round(Math.abs(here - aws) / 60_000);
    throw new ConfigError(
      `This machine's clock says ${new Date(here).toISOString()}, AWS's says ${new Date(aws).toISOString()}: ` +
        `${minutes} minutes apart. Ages would be wrong, so nothing was planned. Set the clock right, then run again.`,
    );
  }
}
