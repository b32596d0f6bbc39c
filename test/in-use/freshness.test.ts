import { describe, expect, test } from "vitest";

import type { InUseImages } from "../../src/in-use/evidence.ts";
import { FreshEvidence } from "../../src/in-use/freshness.ts";
import { REGISTRY, digestOf } from "../simulator/account.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Evidence from scans that take a given time. The first scan finds the image `v1` in use, the second `v2`, and so on. */
function createEvidence(scanMs: number) {
  const state = { now: Date.UTC(2026, 10, 25), scans: 0, scanMs, isBroken: false };
  const read = async (images: InUseImages) => {
    state.scans += 1;
    const seen = state.scans;
    await Promise.resolve();
    state.now += state.scanMs;
    if (state.isBroken) throw new Error("broken");
    images.add(`${REGISTRY}/app:v${seen}`, `scan ${seen}`);
    return { places: [], lists: [] };
  };
  return { state, evidence: new FreshEvidence({ read }, () => state.now) };
}

describe("evidence may be acted on", () => {
  test.for([
    { scanMs: 0, age: 60 * SECOND },
    { scanMs: 10 * SECOND, age: 60 * SECOND },
    { scanMs: 45 * SECOND, age: 90 * SECOND },
    { scanMs: 4 * MINUTE, age: 8 * MINUTE },
    { scanMs: 9 * MINUTE, age: 10 * MINUTE },
    { scanMs: 10 * MINUTE, age: 10 * MINUTE },
  ])("for $age ms if reading it took $scanMs ms, and no longer", async ({ scanMs, age }) => {
    const { state, evidence } = createEvidence(scanMs);
    const first = await evidence.current();
    state.now = first.startedAt + age;
    expect(evidence.isCurrent(first)).toBe(true);
    expect(await evidence.current()).toBe(first);
    state.now += 1;
    expect(evidence.isCurrent(first)).toBe(false);
    expect(await evidence.current()).not.toBe(first);
  });

  test("not while newer evidence is read, and not after that", async () => {
    const { state, evidence } = createEvidence(0);
    const first = await evidence.current();
    state.now += 2 * MINUTE;
    const reading = evidence.current();
    expect(evidence.isCurrent(first)).toBe(false);
    const second = await reading;
    expect(second).not.toBe(first);
    expect(evidence.isCurrent(first)).toBe(false);
    expect(evidence.isCurrent(second)).toBe(true);
  });
});

test("evidence that takes more than ten minutes to read is an error", async () => {
  const { evidence } = createEvidence(10 * MINUTE + 1);
  await expect(evidence.current()).rejects.toThrow("took longer than 10 minutes");
});

describe("evidence since a time", () => {
  test("is the latest evidence if that was begun then", async () => {
    const { state, evidence } = createEvidence(0);
    const first = await evidence.since(state.now);
    expect(await evidence.since(first.startedAt)).toBe(first);
    expect(state.scans).toBe(1);
  });

  test("is read again if the latest evidence was begun earlier, whatever its age", async () => {
    const { evidence } = createEvidence(SECOND);
    const first = await evidence.current();
    const second = await evidence.since(first.startedAt + 1);
    expect(second.startedAt).toBeGreaterThan(first.startedAt);
  });

  test("is read after the end of a scan that was begun too early", async () => {
    const { state, evidence } = createEvidence(SECOND);
    const reading = evidence.current();
    const later = await evidence.since(state.now + 1);
    expect(later).not.toBe(await reading);
    expect(state.scans).toBe(2);
  });

  test("is read once for callers that ask at the same time", async () => {
    const { state, evidence } = createEvidence(0);
    const [one, other] = await Promise.all([evidence.current(), evidence.current()]);
    expect(one).toBe(other);
    expect(state.scans).toBe(1);
  });
});

test("an image that any scan found in use counts as in use", async () => {
  const { state, evidence } = createEvidence(0);
  await evidence.current();
  state.now += 2 * MINUTE;
  const { images } = await evidence.current();
  const placesOf = (tag: string) =>
    images.placesOf("123456789012/eu-west-1/app", {
      digest: digestOf(tag),
      tags: [tag],
      sizeBytes: 0,
    });
  expect(placesOf("v1")).toEqual(["scan 1"]);
  expect(placesOf("v2")).toEqual(["scan 2"]);
});

test("after a failed scan, there is no evidence and no further scan", async () => {
  const { state, evidence } = createEvidence(0);
  const first = await evidence.current();
  state.now += 2 * MINUTE;
  state.isBroken = true;
  await expect(evidence.current()).rejects.toThrow("broken");
  state.isBroken = false;
  expect(evidence.isCurrent(first)).toBe(false);
  await expect(evidence.current()).rejects.toThrow("broken");
  expect(evidence.failure).toMatchObject({ message: "broken" });
  expect(state.scans).toBe(2);
});
