import { MetricUnit, Metrics } from "@aws-lambda-powertools/metrics";

import { countKept } from "./kept.ts";
import type { Summary } from "./summary.ts";

/** The metrics' place in CloudWatch. */
const NAMESPACE = "EcrCleaner";

/**
 * Publishes a run's numbers to CloudWatch, as log lines in the embedded metric format, which need no permission. Their
 * dimension is `DryRun`, `true` or `false`.
 */
export function publishMetrics(summary: Summary): void {
  const { dryRun, durationMs, images, bytes, inUse, repositories } = summary;
  const metrics = new Metrics({ namespace: NAMESPACE });
  metrics.clearDefaultDimensions();
  metrics.addDimension("DryRun", String(dryRun));

  const counts: Readonly<Record<string, number>> = {
    ImagesDeleted: images.deleted,
    ImagesUnused: images.unused,
    ImagesKept: countKept(summary),
    ImagesFailed: images.failed,
    RepositoriesCleaned: repositories.cleaned,
    RepositoriesFailed: repositories.failed,
    ...(repositories.notReached !== null && {
      RepositoriesNotReached: repositories.notReached,
    }),
    RunIncomplete: summary.complete ? 0 : 1,
    InUseReferences: inUse.references,
  };
  for (const [name, count] of Object.entries(counts)) {
    metrics.addMetric(name, MetricUnit.Count, count);
  }
  metrics.addMetric("BytesReclaimed", MetricUnit.Bytes, bytes.deleted);
  metrics.addMetric("Duration", MetricUnit.Milliseconds, durationMs);
  metrics.publishStoredMetrics();
}
