import { expect, test } from "vitest";

import { clean } from "../make-run.ts";
import { createAccount, enabled, old } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

test.for([1, 3])("CONCURRENCY=%i bounds the calls of each service", async (concurrency) => {
  const names = Array.from({ length: 20 }, (_, i) => `r${i}`);
  const account = createAccount({
    repositories: Object.fromEntries(names.map((name) => [name, enabled([old("v1")])])),
  });
  await using simulator = await startSimulator(account, { latencyMs: 5 });
  await clean(simulator, { CONCURRENCY: String(concurrency) });
  // While repositories are cleaned only ECR is called.
  expect(simulator.peakConcurrency).toBeLessThanOrEqual(Math.max(3, concurrency));
});
