import type { Pluggable } from "@smithy/types";
import pLimit from "p-limit";

import { OutOfTimeError } from "../errors.ts";

/** Limits how many calls a client makes at the same time, and until when. */
export interface Pace {
  /** How many calls run at the same time, those that wait for a retry included. */
  readonly concurrency: number;
  /** Whether there is time for another call. */
  readonly hasTime: () => boolean;
}

/** Paces every call of an SDK client. When time is up, the client makes and repeats no call: OutOfTimeError. */
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
      beforeEachAttempt(stack, "respectTimeLimit", () => {
        if (!hasTime()) throw new OutOfTimeError();
      });
    },
  };
}

/** The part of a client's or a command's middleware stack that takes a check. */
type Stack<Input extends object, Output extends object> = Parameters<
  Pluggable<Input, Output>["applyToStack"]
>[0];

/** Runs a check before each attempt of a call, repeats included. If it throws, the attempt is not made. */
export function beforeEachAttempt<Input extends object, Output extends object>(
  stack: Stack<Input, Output>,
  name: string,
  check: () => void,
): void {
  stack.add(
    (next) => async (args) => {
      check();
      return next(args);
    },
    // After the retry middleware.
    { step: "finalizeRequest", priority: "low", name },
  );
}
