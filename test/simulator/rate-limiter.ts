import { ServiceError } from "./operation.ts";

/** Token buckets by action, as AWS publishes them: a burst, refilled by so many a second. */
export type RateLimits = Readonly<Record<string, { burst: number; perSecond: number }>>;

/** Answers calls that come faster than their bucket refills with the throttling error of their service. */
export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #buckets = new Map<string, { tokens: number; filledAt: number }>();

  constructor(limits: RateLimits = {}) {
    this.#limits = limits;
  }

  /** Takes a token; throws a ServiceError if there is none. */
  take(action: string): void {
    const limit = this.#limits[action];
    if (limit === undefined) return;
    const now = performance.now();
    const bucket = this.#buckets.get(action) ?? { tokens: limit.burst, filledAt: now };
    const refill = ((now - bucket.filledAt) / 1000) * limit.perSecond;
    const tokens = Math.min(limit.burst, bucket.tokens + refill);
    const isThrottled = tokens < 1;
    this.#buckets.set(action, { tokens: isThrottled ? tokens : tokens - 1, filledAt: now });
    if (isThrottled) throw throttled(action);
  }
}

function throttled(action: string): ServiceError {
  return action.startsWith("lambda:")
    ? new ServiceError("TooManyRequestsException", "Rate exceeded", 429)
    : new ServiceError("ThrottlingException", "Rate exceeded");
}
