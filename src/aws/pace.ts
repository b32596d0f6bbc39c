import type { Pluggable } from "@smithy/types";
import pLimit from "p-limit";

import { OutOfTimeError } from "../errors.ts";

/** What keeps a client from doing too much at once, and from going on for too long. */
export interface Pace {
  /** How many calls may be under way at once, waiting for a repeat included. */
  readonly concurrency: number;
  /** Whether there is time for another call. */
  readonly hasTime: () => boolean;
}

/** Paces every call of an SDK client; with no time left, none is made, and none repeated. */
export function pacing<Input extends object, Output extends object>({
  concurrency,
  hasTime,
}: Pace): Pluggable<Input, Output> {
  const limit = pLimit(concurrency);
  return {
    applyToStack: (stack) => {
      stack.add((next) => async (args) => limit(async () => next(args)), {
        step: "initialize",
        name: "limitConcurrency",
      });
      stack.add(
        (next) => async (args) => {
          if (!hasTime()) throw new OutOfTimeError();
          return next(args);
        },
        // After the retry middleware, so that each attempt asks.
        { step: "finalizeRequest", priority: "low", name: "respectTimeLimit" },
      );
    },
  };
}
