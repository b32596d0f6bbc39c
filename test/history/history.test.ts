import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  NO_HISTORY,
  type Observation,
  Proof,
  type RepositoryHistory,
  maxGapFor,
  observe,
} from "../../src/history/history.ts";
import { toHistory, toRecord } from "../../src/history/history-format.ts";

const READS = ["ecs", "lambda"];

/** A run at the same time of a day that finds some images in use, and has them all. */
function found(
  day: number,
  used: readonly string[],
  parts: Partial<Observation> = {},
): Observation {
  const use = (digest: string) => ({ user: `service of ${digest}`, isPinned: false });
  const uses = new Map(used.map((digest) => [digest, use(digest)]));
  return { hour: 24 * day, reads: READS, uses, present: new Set(["v1", "v2"]), ...parts };
}

function historyOf(...observations: readonly Observation[]): RepositoryHistory {
  return observations.reduce(observe, NO_HISTORY);
}

/** A run a day, from one day to another, that finds the same. */
function nightly(from: number, to: number, used: readonly string[]): Observation[] {
  return Array.from({ length: to - from + 1 }, (_, i) => found(from + i, used));
}

const proof = (history: RepositoryHistory, today: number, reads = READS) =>
  new Proof(history, 24 * today, reads);

describe("a last use", () => {
  const history = historyOf(...nightly(0, 20, ["v1"]), ...nightly(21, 60, ["v2"]));

  test.for([
    { today: 21, isKept: true },
    { today: 34, isKept: true },
    { today: 35, isKept: false },
  ])("of day 20 counts for 14 days, so on day $today: $isKept", ({ today, isKept }) => {
    const use = proof(history, today).recentUse("v1", 14);
    expect(use).toEqual(
      isKept ? { hour: 24 * 20, user: "service of v1", isPinned: false } : undefined,
    );
  });

  test("is unknown for an image that no run has found in use", () => {
    expect(proof(history, 60).recentUse("v3", 300)).toBeUndefined();
  });

  test("may have been as late as the next run that looked", () => {
    const withGap = historyOf(found(0, ["v1"]), found(7, ["v2"]), found(14, ["v2"]), found(21, []));
    expect(proof(withGap, 20).recentUse("v1", 14)).toBeDefined();
    expect(proof(withGap, 21).recentUse("v1", 14)).toBeUndefined();
  });

  test("counts to the hour, whenever runs are made", () => {
    const at = (hour: number, ...used: string[]) => ({ ...found(0, used), hour });
    const history = historyOf(at(2, "v1"), at(45), at(46));
    // It can have been in use until hour 45: a day later, less what a schedule may differ, nothing keeps it.
    expect(new Proof(history, 48, READS).recentUse("v1", 1)).toBeDefined();
    expect(new Proof(history, 68, READS).recentUse("v1", 1)).toBeDefined();
    expect(new Proof(history, 69, READS).recentUse("v1", 1)).toBeUndefined();
  });

  test("is not ended by a run that reads less", () => {
    const cut = historyOf(found(0, ["v1"]), found(1, [], { reads: ["lambda"] }));
    expect(proof(cut, 5).recentUse("v1", 1)?.hour).toBe(0);
  });

  test("of an image that is gone is forgotten, unless another run of the day has found it", () => {
    const gone = { present: new Set(["v2"]) };
    expect(historyOf(found(0, ["v1"]), found(1, [], gone)).uses.has("v1")).toBe(false);
    expect(historyOf(found(1, ["v1"]), found(1, [], gone)).uses.has("v1")).toBe(true);
  });

  test("is never moved back by a run whose clock is behind", () => {
    expect(historyOf(found(9, ["v1"]), found(3, ["v1"])).uses.get("v1")?.hour).toBe(24 * 9);
  });
});

describe("a history", () => {
  test("proves nothing for 14 days until it is 14 days old", () => {
    const history = historyOf(...nightly(0, 30, []));
    expect(proof(NO_HISTORY, 0).tooYoungFor(14)).toEqual({ begin: 0, until: 14 * 24 });
    expect(proof(history, 13).tooYoungFor(14)).toEqual({ begin: 0, until: 14 * 24 });
    expect(proof(history, 14).tooYoungFor(14)).toBeUndefined();
    expect(proof(NO_HISTORY, 0).tooYoungFor(0)).toBeUndefined();
  });

  test("begins anew after a hole of more than eight days", () => {
    const week = historyOf(found(0, []), found(8, []), found(16, []));
    expect(proof(week, 16).tooYoungFor(14)).toBeUndefined();
    const hole = historyOf(found(0, []), found(9, []), found(16, []));
    expect(proof(hole, 16).tooYoungFor(14)).toEqual({ begin: 9 * 24, until: 23 * 24 });
  });

  test("begins anew if a run reads what earlier ones did not", () => {
    const history = historyOf(...nightly(0, 30, []));
    expect(proof(history, 31, [...READS, "eks"]).tooYoungFor(14)?.begin).toBe(31 * 24);
    expect(proof(history, 31, ["lambda"]).tooYoungFor(14)).toBeUndefined();
  });

  test("keeps no more days than a rule can look back on", () => {
    const days = historyOf(...nightly(0, 1000, [])).observed.flatMap((each) => each.hours);
    expect(days).toHaveLength(400);
    expect(days.at(-1)).toBe(24_000);
  });

  test.for([
    undefined,
    [],
    { app: { observed: [], uses: { v1: ["1", "a user", false] } } },
    { app: { observed: [], uses: { v1: [1, "a user"] } } },
    { app: { observed: [{ reads: ["ecs"], hours: ["1"] }], uses: {} } },
    { app: { observed: [{ reads: [1], hours: [1] }], uses: {} } },
    { app: { observed: {}, uses: {} } },
    { app: { observed: [] } },
    { app: null },
  ])("is not read from %j", (content) => {
    expect(toHistory(content)).toBeUndefined();
  });
});

/** What happened day by day: whether a run looked, and which images were in use when it did or would have. */
const DAYS = 60;
const story = fc.record({
  days: fc.integer({ min: 0, max: 20 }),
  nights: fc.array(
    fc.record({
      hasRun: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.boolean()),
      readsAll: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.boolean()),
      used: fc.subarray(["v1", "v2"]),
    }),
    { minLength: DAYS, maxLength: DAYS },
  ),
});

describe("whatever happens,", () => {
  test("a proof that an image was not in use for some days is true of every run of these days", () => {
    fc.assert(
      fc.property(story, ({ days, nights }) => {
        let history = NO_HISTORY;
        nights.forEach(({ hasRun, readsAll, used }, today) => {
          if (!hasRun) return;
          const reads = readsAll ? READS : ["lambda"];
          const proven = proof(history, today);
          const isProven = (digest: string) =>
            proven.tooYoungFor(days) === undefined && proven.recentUse(digest, days) === undefined;
          const runs = nights.flatMap((night, day) =>
            day === today || (day < today && night.hasRun && night.readsAll) ? [day] : [],
          );
          const lookedBack = runs.filter((day) => day >= today - days);
          for (const digest of ["v1", "v2"].filter(isProven)) {
            // No hole in which it could have been in use unseen.
            const from = runs.findLast((day) => day <= today - days) ?? Infinity;
            const all = [from, ...lookedBack];
            expect(from).toBeLessThanOrEqual(today - days);
            all.forEach((day, i) => {
              expect(day - (all[i - 1] ?? day)).toBeLessThanOrEqual(maxGapFor(days));
            });
            for (const day of lookedBack.filter((each) => each < today)) {
              expect(nights[day]?.used).not.toContain(digest);
            }
          }
          history = observe(history, found(today, used, { reads }));
        });
      }),
    );
  });

  test("two runs of a day leave the same history in either order", () => {
    fc.assert(
      fc.property(fc.subarray(["v1", "v2"]), fc.subarray(["v1", "v2"]), (one, other) => {
        const before = historyOf(...nightly(0, 3, ["v1"]));
        const either = [found(4, one), found(4, other)];
        const digests = (history: RepositoryHistory) =>
          [...history.uses].map(([digest, { hour }]) => `${digest} ${hour}`).toSorted();
        const [a, b] = [either, either.toReversed()].map((runs) => runs.reduce(observe, before));
        expect(digests(a ?? NO_HISTORY)).toEqual(digests(b ?? NO_HISTORY));
        expect(a?.observed).toEqual(b?.observed);
      }),
    );
  });

  test("a history survives being written and read", () => {
    fc.assert(
      fc.property(story, ({ nights }) => {
        const history = historyOf(...nights.map(({ used }, day) => found(day, used)));
        const written: unknown = JSON.parse(JSON.stringify(toRecord(new Map([["app", history]]))));
        expect(toHistory(written)).toEqual(new Map([["app", history]]));
      }),
    );
  });
});
