import { AdaptiveRetryStrategy, DefaultRateLimiter } from "@smithy/util-retry";
import type {
  RetryErrorInfo,
  RetryStrategyV2,
  RetryToken,
  StandardRetryBackoffStrategy,
  StandardRetryToken,
} from "@smithy/types";

import { NoAnswerError, NoSuchHostError } from "./answers.ts";

/** Attempts a call, the first one included, before a throttled or broken service counts as failed. */
const MAX_ATTEMPTS = 10;
/** Attempts where a repeat hardly ever helps: a host name that does not resolve, an incomplete answer. */
export const FEW_ATTEMPTS = 3;
/**
 * The rate limiter's lowest rate, in calls a second, unless a service states a lower one. The limiter's own default, one
 * call in two seconds, takes it seconds to get away from.
 */
const MIN_CALLS_PER_SECOND = 15;
const MAX_DELAY_MS = 20_000;
/** The delay base from which the SDK marks a throttled call. */
const THROTTLED_BASE_MS = 1_000;

/**
 * Repeats a call up to ten times with growing waits. All calls of a client share one rate limiter, which learns the
 * service's rate from throttled answers. No call uses up the attempts of another, as they do with the SDK's own strategies.
 */
export class PatientRetryStrategy implements RetryStrategyV2 {
  readonly #limiter: DefaultRateLimiter;
  readonly #calls = new WeakMap<RetryToken, Call>();

  /** @param minCallsPerSecond the rate below which the limiter never goes */
  constructor(minCallsPerSecond = MIN_CALLS_PER_SECOND) {
    this.#limiter = new DefaultRateLimiter({ minFillRate: minCallsPerSecond });
  }

  async acquireInitialRetryToken(scope: string): Promise<RetryToken> {
    const options = { rateLimiter: this.#limiter, backoff: new GrowingWait() };
    const strategy = new AdaptiveRetryStrategy(MAX_ATTEMPTS, options);
    return this.#remember(await strategy.acquireInitialRetryToken(scope), strategy);
  }

  async refreshRetryTokenForRetry(token: RetryToken, info: RetryErrorInfo): Promise<RetryToken> {
    if (isLasting(info.error) && token.getRetryCount() + 1 >= FEW_ATTEMPTS) {
      throw new Error("No further repeat can help");
    }
    const call = this.#callOf(token);
    const next = await call.strategy.refreshRetryTokenForRetry(call.token, withType(info));
    return this.#remember(next, call.strategy);
  }

  recordSuccess(token: RetryToken): void {
    const call = this.#callOf(token);
    call.strategy.recordSuccess(call.token);
  }

  #remember(token: RetryToken, strategy: AdaptiveRetryStrategy): RetryToken {
    if (!isStandard(token)) throw new Error("The SDK's retry token has another shape");
    this.#calls.set(token, { strategy, token });
    return token;
  }

  #callOf(token: RetryToken): Call {
    const call = this.#calls.get(token);
    if (call === undefined) throw new Error("This retry token is not of this strategy");
    return call;
  }
}

/** One call: its own strategy, and the token of its latest attempt. */
interface Call {
  readonly strategy: AdaptiveRetryStrategy;
  readonly token: StandardRetryToken;
}

/**
 * Doubles the wait with each attempt. A broken service gets at least half of each wait, so that ten attempts last at least
 * 12 s. A throttled call waits any part of it, since the rate limiter paces it too.
 */
class GrowingWait implements StandardRetryBackoffStrategy {
  #baseMs = 0;

  setDelayBase(baseMs: number): void {
    this.#baseMs = baseMs;
  }

  computeNextBackoffDelay(attempt: number): number {
    const delay = Math.min(this.#baseMs * 2 ** attempt, MAX_DELAY_MS);
    const share = this.#baseMs >= THROTTLED_BASE_MS ? Math.random() : (1 + Math.random()) / 2;
    return Math.floor(delay * share);
  }
}

function isStandard(token: RetryToken): token is StandardRetryToken {
  return "getRetryCost" in token;
}

/** The SDK takes the throttling of a key in AWS KMS for a mistake of the caller. */
function withType(info: RetryErrorInfo): RetryErrorInfo {
  return info.error?.name === "KmsThrottlingException"
    ? { ...info, errorType: "THROTTLING" }
    : info;
}

function isLasting(error: RetryErrorInfo["error"]): boolean {
  if (error instanceof NoAnswerError) return error.$metadata.httpStatusCode === 200;
  return error instanceof NoSuchHostError;
}
