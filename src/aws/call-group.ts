import { isThrottlingError } from "@smithy/core/retry";
import type { SdkError } from "@smithy/types";
import pLimit from "p-limit";

import { OutOfTimeError } from "../errors.ts";

/** The rate that AWS publishes for some calls together: a burst, then so many calls a second. */
export interface Limit {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * How many calls run at the same time where AWS may throttle, to lose few of them: without a published limit, and once its
 * burst is used up. Each success allows one more.
 */
const CAUTIOUS_CONCURRENCY = 3;
/** By how much a rate grows with each call: beyond its ceiling slowly, below it faster. */
const SLOW_GROWTH = 1.0004;
const FAST_GROWTH = 1.004;
/** What is left of the rate after a throttled answer. */
const DECREASE = 0.85;
/** What is left of a rate that was found only just before. */
const STEEP_DECREASE = 0.5;
const JUST_BEFORE_MS = 1_000;
/** After a throttled answer, AWS gets time for this many calls, within the bound in ms: then no small delay is throttled. */
const SLACK_CALLS = 3;
const MAX_SLACK_MS = 250;
/** The longest wait, in ms, before the time limit is checked again. */
const CHECK_MS = 1_000;

/** How many calls are made at the same time, how fast, and until when. */
export interface Pace {
  /** How many calls run at the same time, at the most. */
  readonly concurrency: number;
  /** The part of a published rate that the program may use from the start, from 0 to 1. Missing: all of it, once AWS throttles. */
  readonly share?: number | undefined;
  /** Whether there is time for another call. */
  readonly hasTime: () => boolean;
}

/**
 * The pace of calls that AWS throttles together. Until AWS throttles one of them, only their number at the same time is
 * limited. From then on, they go on at the published rate, or at that of the last second, which adapts to further throttled answers.
 */
export class CallGroup {
  readonly #limit: Limit | undefined;
  readonly #pace: Pace;
  readonly #running: ReturnType<typeof pLimit>;
  /** Those who wait for their turn, one after the other. */
  readonly #line = pLimit(1);
  /** When calls succeeded in the last second, in ms; kept until the rate is known. */
  readonly #successes: number[] = [];
  /** What is left of the published burst, as far as this program uses it. */
  #tokens: number;
  #filledAt = performance.now();
  #cautiousSince = -Infinity;
  /** Calls a second. Missing until AWS throttles. */
  #rate: number | undefined;
  /** The rate at which AWS throttled last, with a margin. */
  #ceiling = Infinity;
  readonly #cap: number;
  #adjustedAt = -Infinity;
  #nextAt = 0;

  /** @param limit missing if AWS publishes none */
  constructor(limit: Limit | undefined, pace: Pace) {
    this.#limit = limit;
    this.#pace = pace;
    this.#tokens = limit?.burst ?? Infinity;
    const start = limit === undefined ? CAUTIOUS_CONCURRENCY : pace.concurrency;
    this.#running = pLimit(Math.min(start, pace.concurrency));
    const { share } = pace;
    this.#cap = limit === undefined || share === undefined ? Infinity : limit.perSecond * share;
    if (this.#cap < Infinity) this.#rate = this.#cap;
  }

  /** Makes one attempt of a call when it is its turn. Throws OutOfTimeError if there is no time for it. */
  async attempt<Result>(send: () => Promise<Result>): Promise<Result> {
    return this.#running(async () => {
      await this.#turn();
      const sentAt = performance.now();
      try {
        const result = await send();
        this.#noteSuccess(sentAt);
        return result;
      } catch (error) {
        if (isThrottled(error)) this.#slowDown(sentAt);
        throw error;
      }
    });
  }

  async #turn(): Promise<void> {
    if (this.#rate === undefined) this.#takeToken();
    else await this.#line(async () => this.#wait());
  }

  /** Waits for the time of the next call. Throws OutOfTimeError. */
  async #wait(): Promise<void> {
    for (;;) {
      if (!this.#pace.hasTime()) throw new OutOfTimeError();
      const ms = this.#nextAt - performance.now();
      if (ms <= 0) break;
      await new Promise((resolve) => {
        setTimeout(resolve, Math.min(ms, CHECK_MS));
      });
    }
    this.#nextAt = performance.now() + 1000 / this.#grow();
  }

  #grow(): number {
    const rate = this.#rate ?? Infinity;
    const grown = rate * (rate < this.#ceiling ? FAST_GROWTH : SLOW_GROWTH);
    this.#rate = Math.min(grown, this.#cap);
    return this.#rate;
  }

  /** Beyond the published burst, AWS may throttle at any time, or allow more than it publishes. */
  #takeToken(): void {
    if (this.#limit === undefined) return;
    const { burst, perSecond } = this.#limit;
    const now = performance.now();
    const filled = this.#tokens + ((now - this.#filledAt) * perSecond) / 1000;
    this.#filledAt = now;
    const hadTokens = this.#tokens >= 0;
    this.#tokens = Math.min(burst, filled) - 1;
    if (hadTokens && this.#tokens < 0) this.#beCautious();
  }

  #beCautious(): void {
    this.#cautiousSince = performance.now();
    this.#running.concurrency = Math.min(CAUTIOUS_CONCURRENCY, this.#pace.concurrency);
  }

  #noteSuccess(sentAt: number): void {
    if (this.#rate !== undefined) return;
    // Those that were sent before were within the burst.
    if (sentAt > this.#cautiousSince) this.#allowOneMore();
    const now = performance.now();
    this.#successes.push(now);
    while ((this.#successes[0] ?? now) < now - 1000) this.#successes.shift();
  }

  #allowOneMore(): void {
    const more = this.#running.concurrency + 1;
    this.#running.concurrency = Math.min(more, this.#pace.concurrency);
  }

  /** The answers to calls that were sent before the last change say nothing of the present rate. */
  #slowDown(sentAt: number): void {
    if (sentAt < this.#adjustedAt) return;
    const now = performance.now();
    this.#rate = Math.min(this.#slowerRate(now), this.#cap);
    this.#adjustedAt = now;
    this.#nextAt = now + Math.min((SLACK_CALLS * 1000) / this.#rate, MAX_SLACK_MS);
    this.#running.concurrency = this.#pace.concurrency;
  }

  #slowerRate(now: number): number {
    if (this.#rate === undefined) {
      const found = this.#limit?.perSecond ?? Math.max(1, this.#successes.length * DECREASE);
      this.#ceiling = found;
      return found;
    }
    const isNew = this.#limit === undefined && now - this.#adjustedAt < JUST_BEFORE_MS;
    this.#ceiling = this.#rate * DECREASE;
    return this.#rate * (isNew ? STEEP_DECREASE : DECREASE);
  }
}

function isThrottled(error: unknown): boolean {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the SDK's type has a narrower cause than any error has
  return error instanceof Error && isThrottlingError(error as SdkError);
}
