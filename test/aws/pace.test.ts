import { expect, test } from "vitest";

import { numbered, recordOf } from "../accounts.ts";
import { runAccount } from "../make-run.ts";
import { enabled, old } from "../simulator/account.ts";

test.for([1, 3])(
  "CONCURRENCY=%i limits the calls that a run makes to one service at the same time",
  async (concurrency) => {
    const { simulator } = await runAccount(
      { repositories: recordOf(numbered("r", 20), () => enabled([old("v1")])) },
      { latencyMs: 5 },
      { CONCURRENCY: String(concurrency), IN_USE_SOURCES: "ecs" },
    );
    // With one source, the run calls one service after the other.
    expect(simulator.peakConcurrency).toBe(concurrency);
  },
);
