import type { Pluggable } from "@smithy/types";
import { TokenBucket } from "limiter";
import pLimit from "p-limit";

import { OutOfTimeError } from "../errors.ts";
import type { PublishedRate } from "./published-rates.ts";

/** What keeps a client from doing too much at once, too fast, and for too long. */
export interface Pace {
  /** How many calls may be under way at once, waiting for a repeat included. */
  readonly concurrency: number;
  /** What AWS publishes; operations that no rate names are as fast as the service lets them be. */
  readonly rates: readonly PublishedRate[];
  /** Whether there is time for another call. */
  readonly hasTime: () => boolean;
}

/** How much of a published rate is used: the rest is for whoever else calls, such as a deployment. */
const SHARE = 0.95;

/** Paces every call of an SDK client; with no time left, none is made, and none repeated. */
export function pacing<Input extends object, Output extends object>(
  pace: Pace,
): Pluggable<Input, Output> {
  const limit = pLimit(pace.concurrency);
  const buckets = new Map(
    pace.rates.flatMap((rate) => {
      const bucket = createBucket(rate);
      return rate.operations.map((operation) => [`${operation}Command`, bucket]);
    }),
  );
  return {
    applyToStack: (stack) => {
      stack.add((next) => async (args) => limit(async () => next(args)), {
        step: "initialize",
        name: "limitConcurrency",
      });
      stack.add(
        (next, { commandName = "" }) =>
          async (args) => {
            await buckets.get(commandName)?.removeTokens(1);
            if (!pace.hasTime()) throw new OutOfTimeError();
            return next(args);
          },
        // After the retry middleware, so that it goes for each attempt.
        { step: "finalizeRequest", priority: "low", name: "respectRatesAndTime" },
      );
    },
  };
}

function createBucket({ burst, perSecond }: PublishedRate): TokenBucket {
  const bucketSize = burst * SHARE;
  const tokensPerInterval = perSecond * SHARE;
  const bucket = new TokenBucket({ bucketSize, tokensPerInterval, interval: "second" });
  bucket.content = bucketSize;
  return bucket;
}
