import fc from "fast-check";
import { expect, test } from "vitest";

import { Highest } from "../../src/records/highest.ts";

test("chooses as many of the highest ranks as are wanted, whatever their order", () => {
  const ranks = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 100 });
  fc.assert(
    fc.property(ranks, fc.integer({ min: 1, max: 30 }), (added, most) => {
      const highest = new Highest(most);
      for (const rank of added) highest.add(rank);
      const descending = (numbers: readonly number[]) => numbers.toSorted((a, b) => b - a);
      const expected = descending(added).slice(0, most);
      const chosen = added.toReversed().filter(highest.choose());
      expect(descending(chosen)).toEqual(expected);
    }),
  );
});
