/** A token bucket as AWS publishes them: a burst, refilled by so many a second, for some calls together. */
export interface RateLimit {
  readonly actions: readonly string[];
  readonly burst: number;
  readonly perSecond: number;
}

/** Counts calls against their buckets. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: readonly RateLimit[]) {
    for (const limit of limits) {
      const bucket = new Bucket(limit);
      for (const action of limit.actions) this.#buckets.set(action, bucket);
    }
  }

  /** Takes a token; false if the call comes faster than its bucket refills. */
  take(action: string): boolean {
    return this.#buckets.get(action)?.take() ?? true;
  }
}

class Bucket {
  readonly #limit: RateLimit;
  #tokens: number;
  #filledAt = performance.now();

  constructor(limit: RateLimit) {
    this.#limit = limit;
    this.#tokens = limit.burst;
  }

  take(): boolean {
    const now = performance.now();
    const refill = ((now - this.#filledAt) / 1000) * this.#limit.perSecond;
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + refill);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
