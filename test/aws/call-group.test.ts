import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { CallGroup, type Limit } from "../../src/aws/call-group.ts";
import { OutOfTimeError } from "../../src/errors.ts";
import { RateLimiter } from "../simulator/rate-limiter.ts";

const LATENCY_MS = 40;
const CALL = "ecs:DescribeTaskDefinition";

const sleep = async (ms: number) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

interface Trial {
  readonly calls: number;
  /** What AWS allows. */
  readonly real: Limit;
  /** What AWS publishes, if it does. */
  readonly published?: Limit;
  readonly share?: number;
  /** Calls that others make, a second. */
  readonly others?: number;
  /** How many times as long as AWS's limit permits it may take, if not 1.25 times: to find a higher rate takes time. */
  readonly within?: number;
}

/** Makes calls, each until it succeeds, in the time of the test. */
async function makeCalls({ calls, real, published, share, others = 0 }: Trial) {
  // AWS's throttling: a bucket of calls that is refilled by so many a second.
  const limiter = new RateLimiter([{ ...real, actions: [CALL] }]);
  const group = new CallGroup(published, { concurrency: 20, share, hasTime: () => true });
  let throttled = 0;
  let peak = 0;
  let underWay = 0;
  const attempt = async () => {
    underWay += 1;
    peak = Math.max(peak, underWay);
    await sleep(LATENCY_MS / 2 + Math.random() * 10);
    const isTaken = limiter.take(CALL);
    await sleep(LATENCY_MS / 2);
    underWay -= 1;
    if (isTaken) return;
    throttled += 1;
    throw Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
  };
  const call = async () => {
    while (
      !(await group.attempt(attempt).then(
        () => true,
        () => false,
      ))
    );
  };
  const stealing = others === 0 ? undefined : setInterval(() => limiter.take(CALL), 1000 / others);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: calls }, call));
  clearInterval(stealing);
  return { seconds: (performance.now() - startedAt) / 1000, throttled, peak };
}

describe("a group of calls", () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ["performance", "setTimeout", "clearTimeout", "setInterval", "clearInterval"],
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const run = async (trial: Trial) => {
    const making = makeCalls(trial);
    const state = { isOver: false };
    void making.then(() => (state.isOver = true));
    while (!state.isOver) await vi.advanceTimersByTimeAsync(100);
    return making;
  };

  const ECS = { burst: 50, perSecond: 20 };
  test.for<Trial & { name: string }>([
    { name: "as published", calls: 2000, real: ECS, published: ECS },
    {
      name: "as published, and fast",
      calls: 5000,
      real: { burst: 100, perSecond: 100 },
      published: { burst: 100, perSecond: 100 },
    },
    {
      name: "as published, and slow",
      calls: 150,
      real: { burst: 100, perSecond: 1 },
      published: { burst: 100, perSecond: 1 },
    },
    { name: "without a published rate", calls: 2000, real: { burst: 50, perSecond: 50 } },
    {
      name: "without a published rate, after a large burst",
      calls: 3000,
      real: { burst: 1000, perSecond: 10 },
    },
    {
      name: "above what is published",
      calls: 4000,
      real: { burst: 50, perSecond: 60 },
      published: ECS,
      within: 2,
    },
    {
      name: "while others use half of it",
      calls: 1000,
      real: { burst: 50, perSecond: 20 },
      published: ECS,
      others: 10,
    },
  ])(
    "goes on at the rate that AWS allows, $name, and loses few calls to throttling",
    async (trial) => {
      const { calls, real, others = 0, within = 1.25 } = trial;
      const { seconds, throttled } = await run(trial);
      const least = (calls - real.burst) / (real.perSecond - others);
      expect(seconds / least).toBeLessThan(within);
      expect(throttled).toBeLessThan(Math.max(calls * 0.02, 6));
    },
  );

  test("uses no more than its share of a published rate from the first call on", async () => {
    const { seconds, throttled } = await run({ calls: 101, real: ECS, published: ECS, share: 0.5 });
    expect(seconds).toBeGreaterThan(10);
    expect(seconds).toBeLessThan(10.2);
    expect(throttled).toBe(0);
  });

  test("makes no call once time is up, not even one that waits for its turn", async () => {
    let hasTime = true;
    const group = new CallGroup(ECS, { concurrency: 20, share: 0.05, hasTime: () => hasTime });
    const calls = [1, 2, 3].map(async () => group.attempt(async () => sleep(1)));
    const outcomes = Promise.allSettled(calls);
    await vi.advanceTimersByTimeAsync(500);
    hasTime = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect((await outcomes).map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
    ]);
    await expect(calls[2]).rejects.toThrow(OutOfTimeError);
  });

  test("keeps its pace after errors that are no throttling", async () => {
    const group = new CallGroup(ECS, { concurrency: 20, hasTime: () => true });
    const fail = async () => group.attempt(async () => Promise.reject(new Error("broken")));
    await Promise.allSettled(Array.from({ length: 10 }, fail));
    const startedAt = performance.now();
    await group.attempt(async () => Promise.resolve());
    expect(performance.now()).toBe(startedAt);
  });

  test("makes as many calls at the same time as allowed until AWS throttles", async () => {
    const { peak, throttled } = await run({
      calls: 200,
      real: { burst: 1e6, perSecond: 1e6 },
      published: { burst: 1000, perSecond: 20 },
    });
    expect({ peak, throttled }).toEqual({ peak: 20, throttled: 0 });
  });
});
