import { describe, expect, test } from "vitest";

import { SOURCE_IDS } from "../../src/in-use/sources/index.ts";
import { summaryFields } from "../../src/report/summary-log.ts";
import { summaryOf } from "./in-places.ts";

/** A summary in which every source found something in every place. */
const summaryWith = (places: number) =>
  summaryOf(
    Object.fromEntries(
      Array.from({ length: places }, (_, i) => [
        `${222222222222 + i}/ap-southeast-1`,
        Object.fromEntries(SOURCE_IDS.map((id) => [id, 12_345])),
      ]),
    ),
  );

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe("the last log entry of a run", () => {
  test("has the whole summary of a run in 50 places", () => {
    const summary = summaryWith(50);
    expect(summaryFields(summary)).toEqual(summary);
  });

  test("has the number of 800 places in their place, so that CloudWatch does not cut it", () => {
    const summary = summaryWith(800);
    expect(sizeOf(summary)).toBeGreaterThan(200_000);
    const fields = summaryFields(summary);
    expect(sizeOf(fields)).toBeLessThan(10_000);
    expect(fields).toMatchObject({
      complete: true,
      inUse: {
        placesRead: 800,
        listsRead: 0,
        sources: SOURCE_IDS.map((id) => ({ id, references: 800 * 12_345 })),
      },
    });
    expect(fields["inUse"]).not.toHaveProperty("places");
    expect(fields["inUse"]).not.toHaveProperty("lists");
  });
});

test("the summary of a run in 800 places fits into the answer of a Lambda function", () => {
  expect(sizeOf(summaryWith(800))).toBeLessThan(6_000_000 / 10);
});
