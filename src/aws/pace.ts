import type { Pluggable } from "@smithy/types";
import pLimit from "p-limit";

import { OutOfTimeError } from "../errors.ts";
import { CallGroup, type Limit, type Pace } from "./call-group.ts";
import { operationIn, operationOf } from "./operation.ts";

/** A limit that AWS publishes, and the calls that it is for, by their names in IAM policies. */
export interface GroupLimit extends Limit {
  readonly actions: readonly string[];
}

/** The pace of a client, with the limits that its calls have. */
export interface ClientPace extends Pace {
  readonly limits: readonly GroupLimit[];
}

/**
 * Paces every attempt of an SDK client's calls. Calls with a published limit have a pace for each limit, all others one together.
 * When time is up, the client makes and repeats no call: OutOfTimeError.
 */
export function pacing<Input extends object, Output extends object>(
  pace: ClientPace,
): Pluggable<Input, Output> {
  const running = pLimit(pace.concurrency);
  const others = new CallGroup(undefined, pace);
  const groups = new Map(
    pace.limits.flatMap((limit) => {
      const group = new CallGroup(limit, pace);
      return limit.actions.map((action) => [operationOf(action), group]);
    }),
  );
  return {
    applyToStack: (stack) => {
      stack.add(
        (next, context) => async (args) => {
          const group = groups.get(operationIn(context)) ?? others;
          const send = async () => {
            requireTime(pace);
            return next(args);
          };
          return group.attempt(async () => running(send));
        },
        // After the retry middleware, and before every other check of an attempt: a turn can be long in coming.
        { step: "finalizeRequest", priority: "normal", name: "pace" },
      );
    },
  };
}

function requireTime({ hasTime }: Pace): void {
  if (!hasTime()) throw new OutOfTimeError();
}

/** The part of a client's or a command's middleware stack that takes a check. */
type Stack<Input extends object, Output extends object> = Parameters<
  Pluggable<Input, Output>["applyToStack"]
>[0];

/** Runs a check before each attempt of a call, repeats included, when it is its turn. If it throws, the attempt is not made. */
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
    // After the retry middleware and the pace.
    { step: "finalizeRequest", priority: "low", name },
  );
}
