import { expect, test, vi } from "vitest";

import { invoke } from "../make-run.ts";
import { REGISTRY, createAccount, enabled, image, old } from "../simulator/account.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

/** Runs the handler. Returns its result or error, and the metrics that it printed in the embedded metric format. */
async function metricsOf(event: unknown, options: SimulatorOptions = {}) {
  const account = createAccount({
    repositories: { a: enabled([old("v1"), image("v2"), old("v3")]), b: enabled([old("v1")]) },
    functions: { mailer: `${REGISTRY}/a:v3` },
  });
  await using simulator = await startSimulator(account, options);
  const print = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const outcome = await invoke(simulator, event, {
    POWERTOOLS_METRICS_DISABLED: "false",
  }).catch((error: unknown) => error);
  const lines = print.mock.calls.map(([line]) => String(line));
  print.mockRestore();
  return { outcome, metrics: JSON.parse(lines.find((line) => line.startsWith('{"_aws"')) ?? "{}") };
}

test("a run publishes its counts with the dimension DryRun", async () => {
  const { metrics } = await metricsOf({});
  expect(metrics).toMatchObject({
    DryRun: "false",
    ImagesDeleted: 2,
    ImagesUnused: 2,
    ImagesKept: 2,
    ImagesFailed: 0,
    BytesReclaimed: 200_000_000,
    RepositoriesCleaned: 2,
    RepositoriesFailed: 0,
    RepositoriesNotReached: 0,
    InUseReferences: 1,
    Duration: expect.any(Number),
  });
  const [directive] = metrics["_aws"].CloudWatchMetrics;
  expect(directive).toMatchObject({ Namespace: "EcrCleaner", Dimensions: [["DryRun"]] });
  const units = Object.fromEntries(
    directive.Metrics.map(({ Name, Unit }: { Name: string; Unit: string }) => [Name, Unit]),
  );
  expect(units).toMatchObject({ BytesReclaimed: "Bytes", Duration: "Milliseconds" });
});

test("a dry run publishes its counts apart from those of real runs", async () => {
  const { metrics } = await metricsOf({ dryRun: true });
  expect(metrics).toMatchObject({ DryRun: "true", ImagesDeleted: 0, ImagesUnused: 2 });
});

test("a failed run publishes its counts before it throws an error", async () => {
  const { outcome, metrics } = await metricsOf(
    {},
    {
      isAllowed: (action) => action !== "ecr:DescribeImages",
    },
  );
  expect(outcome).toMatchObject({ name: "RunFailedError" });
  expect(metrics).toMatchObject({ RepositoriesFailed: 2 });
});
