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
      { CONCURRENCY: String(concurrency) },
    );
    // The scan calls three services at the same time. After it, the run calls only ECR.
    expect(simulator.peakConcurrency).toBeLessThanOrEqual(Math.max(3, concurrency));
  },
);
