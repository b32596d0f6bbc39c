import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from "@smithy/types";

import { NoAnswerError, NoSuchHostError } from "./answers.ts";

/** Attempts a call, the first one included, before a throttled or broken service counts as failed. */
const MAX_ATTEMPTS = 10;
/** Attempts where a repeat hardly ever helps: a host name that does not resolve, an incomplete answer. */
export const FEW_ATTEMPTS = 3;
/** The wait before the first repeat, in ms. It doubles with each repeat. */
const BASE_DELAY_MS = 50;
const THROTTLED_BASE_DELAY_MS = 100;
const MAX_DELAY_MS = 20_000;

/**
 * Repeats a call up to ten times with growing waits. No call uses up the attempts of another, as they do with the SDK's own
 * strategies.
 */
export class PatientRetryStrategy implements RetryStrategyV2 {
  async acquireInitialRetryToken(): Promise<RetryToken> {
    return new Repeat(0, 0);
  }

  async refreshRetryTokenForRetry(token: RetryToken, info: RetryErrorInfo): Promise<RetryToken> {
    const repeats = token.getRetryCount() + 1;
    if (!isRepeatable(info) || repeats >= attemptsAfter(info.error)) {
      throw new Error("No further repeat can help");
    }
    return new Repeat(repeats, delayBefore(repeats, info));
  }

  recordSuccess(): void {}
}

/** What the SDK keeps of a call between its attempts. */
class Repeat implements RetryToken {
  readonly #repeats: number;
  readonly #delayMs: number;

  constructor(repeats: number, delayMs: number) {
    this.#repeats = repeats;
    this.#delayMs = delayMs;
  }

  getRetryCount(): number {
    return this.#repeats;
  }

  getRetryDelay(): number {
    return this.#delayMs;
  }
}

function isRepeatable(info: RetryErrorInfo): boolean {
  return isThrottled(info) || info.errorType === "TRANSIENT";
}

/** The SDK takes the throttling of a key in AWS KMS for a mistake of the caller. */
function isThrottled({ error, errorType }: RetryErrorInfo): boolean {
  return errorType === "THROTTLING" || error?.name === "KmsThrottlingException";
}

function attemptsAfter(error: unknown): number {
  const isLasting =
    error instanceof NoAnswerError
      ? error.$metadata.httpStatusCode === 200
      : error instanceof NoSuchHostError;
  return isLasting ? FEW_ATTEMPTS : MAX_ATTEMPTS;
}

/**
 * A broken service gets at least half of each wait, so that ten attempts last at least 12 s. A throttled call waits for its
 * turn anyway: its first repeat needs no further wait.
 */
function delayBefore(repeats: number, info: RetryErrorInfo): number {
  if (info.errorType === "THROTTLING" && repeats === 1) return 0;
  const base = isThrottled(info) ? THROTTLED_BASE_DELAY_MS : BASE_DELAY_MS;
  return delayOf(base * 2 ** (repeats - 1));
}

function delayOf(ms: number): number {
  return Math.floor((Math.min(ms, MAX_DELAY_MS) * (1 + Math.random())) / 2);
}
