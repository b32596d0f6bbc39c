import { expect, test } from "vitest";

import { numbered, recordOf } from "../accounts.ts";
import { runAccount } from "../make-run.ts";
import { enabled, old } from "../simulator/account.ts";

test.for([1, 3])("CONCURRENCY=%i bounds the calls of each service", async (concurrency) => {
  const { simulator } = await runAccount(
    { repositories: recordOf(numbered("r", 20), () => enabled([old("v1")])) },
    { latencyMs: 5 },
    { CONCURRENCY: String(concurrency) },
  );
  // While repositories are cleaned only ECR is called.
  expect(simulator.peakConcurrency).toBeLessThanOrEqual(Math.max(3, concurrency));
});
