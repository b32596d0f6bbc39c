import { expect, test, vi } from "vitest";

import { invoke } from "../make-run.ts";
import { REGISTRY, createAccount, enabled, image, old } from "../simulator/account.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

/** Runs the handler. Returns its result or error, and the metrics that it printed in the embedded metric format. */
async function metricsOf(
  event: unknown,
  options: SimulatorOptions = {},
  context?: Parameters<typeof invoke>[3],
) {
  const account = createAccount({
    repositories: { a: enabled([old("v1"), image("v2"), old("v3")]), b: enabled([old("v1")]) },
    functions: { mailer: `${REGISTRY}/a:v3` },
  });
  await using simulator = await startSimulator(account, options);
  const print = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const settings = { POWERTOOLS_METRICS_DISABLED: "false" };
  const outcome = await invoke(simulator, event, settings, context).catch(
    (error: unknown) => error,
  );
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
    ImagesRefused: 0,
    ImagesFailed: 0,
    BytesUnused: 200_000_000,
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
  expect(units).toMatchObject({
    BytesUnused: "Bytes",
    BytesReclaimed: "Bytes",
    Duration: "Milliseconds",
  });
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

test("a run in a function publishes its counts with the dimension FunctionName", async () => {
  const { metrics } = await metricsOf({}, {}, { functionName: "ecr-cleaner" });
  expect(metrics).toMatchObject({ DryRun: "false", FunctionName: "ecr-cleaner" });
  const [directive] = metrics["_aws"].CloudWatchMetrics;
  expect(directive.Dimensions).toEqual([["DryRun", "FunctionName"]]);
});

test("a failed scan publishes no number of references", async () => {
  const { outcome, metrics } = await metricsOf(
    {},
    { isAllowed: (action) => action !== "ecs:ListClusters" },
  );
  expect(outcome).toMatchObject({ name: "RunFailedError" });
  expect(metrics).toMatchObject({ RunIncomplete: 1 });
  expect(metrics).not.toHaveProperty("InUseReferences");
});

test("images that ECR refuses to delete are counted apart", async () => {
  const { metrics } = await metricsOf(
    {},
    {
      answers: {
        "ecr:BatchDeleteImage": ({ imageIds }) => ({
          imageIds: [],
          failures: imageIds.map((imageId: unknown) => ({
            imageId,
            failureCode: "ImageReferencedByManifestList",
            failureReason: "Requested image referenced by manifest list",
          })),
        }),
      },
    },
  );
  expect(metrics).toMatchObject({ ImagesRefused: 2, ImagesDeleted: 0, BytesUnused: 200_000_000 });
});
