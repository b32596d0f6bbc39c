import { describe, expect, test } from "vitest";

import { AwsClock } from "../../src/aws/clock.ts";
import { cleanAccount } from "../make-run.ts";
import { enabled, old, remaining } from "../simulator/account.ts";

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 25, 12);

describe("the clock of this machine", () => {
  const compare = (aheadMs: number, date: string | undefined = new Date(NOON).toUTCString()) => {
    const clock = new AwsClock(() => NOON + aheadMs);
    clock.note(date);
    return () => clock.requireRight();
  };

  test.for([0, 5 * MINUTE, -5 * MINUTE])(
    "is right if it differs from the clock of AWS by %i ms",
    (aheadMs) => {
      expect(compare(aheadMs)).not.toThrow();
    },
  );

  test.for([5 * MINUTE + 1, -5 * MINUTE - 1, 40 * 24 * 60 * MINUTE])(
    "is wrong if it differs from the clock of AWS by %i ms",
    (aheadMs) => {
      expect(compare(aheadMs)).toThrow("Set the clock right, then run again.");
    },
  );

  test.for([undefined, "", "soon"])("is not compared with the date %j of an answer", (date) => {
    expect(compare(40 * MINUTE, date ?? "")).not.toThrow();
  });
});

test.for([40, -40])("a run whose clock is %i days ahead does not start", async (days) => {
  const parts = { repositories: { app: enabled([old("v1")]) } };
  const running = cleanAccount(parts, { clockSkewMs: -days * 24 * 60 * MINUTE });
  await expect(running).rejects.toMatchObject({
    name: "ConfigError",
    message: expect.stringContaining(`${40 * 24 * 60} minutes apart`),
  });
});

test("a run whose clock is a minute ahead deletes unused images", async () => {
  const parts = { repositories: { app: enabled([old("v1")]) } };
  const { account } = await cleanAccount(parts, { clockSkewMs: -MINUTE });
  expect(remaining(account, "app")).toEqual([]);
});
