import { MetricUnit, Metrics } from "@aws-lambda-powertools/metrics";

import { countKept } from "./kept.ts";
import type { Summary } from "./summary.ts";

/** The metrics' place in CloudWatch. */
const NAMESPACE = "EcrCleaner";

/**
 * Publishes a run's numbers to CloudWatch, as log lines in the embedded metric format, which need no permission. Their
 * dimensions are `DryRun`, `true` or `false`, and in a function `FunctionName`.
 */
export function publishMetrics(summary: Summary, functionName?: string): void {
  const { dryRun, durationMs, images, bytes, inUse, repositories } = summary;
  const metrics = new Metrics({ namespace: NAMESPACE });
  metrics.clearDefaultDimensions();
  metrics.addDimension("DryRun", String(dryRun));
  if (functionName !== undefined) metrics.addDimension("FunctionName", functionName);

  const counts: Readonly<Record<string, number>> = {
    ImagesDeleted: images.deleted,
    ImagesUnused: images.unused,
    ImagesKept: countKept(summary),
    ImagesRefused: images.refused,
    ImagesFailed: images.failed,
    RepositoriesCleaned: repositories.cleaned,
    RepositoriesFailed: repositories.failed,
    ...(repositories.notReached !== null && {
      RepositoriesNotReached: repositories.notReached,
    }),
    RunIncomplete: summary.complete ? 0 : 1,
    // Evidence that was not read to its end has no sources, and a 0 would look like an account that uses nothing.
    ...(inUse.sources.length > 0 && { InUseReferences: inUse.references }),
  };
  for (const [name, count] of Object.entries(counts)) {
    metrics.addMetric(name, MetricUnit.Count, count);
  }
  metrics.addMetric("BytesUnused", MetricUnit.Bytes, bytes.unused);
  metrics.addMetric("BytesReclaimed", MetricUnit.Bytes, bytes.deleted);
  metrics.addMetric("Duration", MetricUnit.Milliseconds, durationMs);
  metrics.publishStoredMetrics();
}
