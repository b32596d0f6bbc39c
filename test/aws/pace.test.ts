import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { expect, test } from "vitest";

import { beforeEachAttempt, pacing } from "../../src/aws/pace.ts";
import { numbered, recordOf } from "../accounts.ts";
import { runAccount } from "../make-run.ts";
import { createAccount, enabled, old } from "../simulator/account.ts";
import { settings } from "../simulator/ask.ts";
import { startSimulator } from "../simulator/simulator.ts";

test("what is checked before an attempt is checked when it is the attempt's turn", async () => {
  await using simulator = await startSimulator(createAccount());
  const ecr = new ECRClient(settings(simulator));
  const limits = [{ burst: 1, perSecond: 5, actions: ["ecr:DescribeRepositories"] }];
  ecr.middlewareStack.use(pacing({ concurrency: 20, limits, share: 1, hasTime: () => true }));
  const turns: number[] = [];
  const send = async () => {
    const command = new DescribeRepositoriesCommand({});
    beforeEachAttempt(command.middlewareStack, "check", () => {
      turns.push(performance.now());
    });
    await ecr.send(command);
  };
  await Promise.all([send(), send()]);
  const [first = 0, second = 0] = turns;
  // Five calls a second are 200 ms apart.
  expect(second - first).toBeGreaterThan(150);
});

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
