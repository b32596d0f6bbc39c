import { RunFailedError } from "./errors.ts";
import { publishMetrics } from "./report/metrics.ts";
import { describeFailure } from "./report/outcome.ts";
import type { Summary } from "./report/summary.ts";
import { start } from "./run/start.ts";

/** What this needs of Lambda's context object, if it is there: other callers have no time limit. */
interface Context {
  readonly getRemainingTimeInMillis?: () => number;
}

/**
 * Makes one run with the settings of the environment, narrowed by the event, and returns its summary.
 *
 * @throws ConfigError if the run cannot start, RunFailedError if anything in it failed, so that Lambda's error
 *   metric moves; whatever could be done is done before that, and a repeat is safe. When time runs out, the summary
 *   says that the run is not complete.
 */
export async function handler(event?: unknown, context: Context = {}): Promise<Summary> {
  const { summary } = await start({
    env: process.env,
    event,
    remainingMs: () => context.getRemainingTimeInMillis?.() ?? Infinity,
  });
  publishMetrics(summary);
  const messages = summary.failures.map(describeFailure);
  if (messages.length > 0) throw new RunFailedError(messages);
  return summary;
}
