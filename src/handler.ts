import { RunFailedError } from "./errors.ts";
import { keepHeapSmall } from "./heap.ts";
import { type LogFields, createLog, errorFields } from "./log.ts";
import { publishMetrics } from "./report/metrics.ts";
import { describeFailure } from "./report/outcome.ts";
import type { Summary } from "./report/summary.ts";
import { start } from "./run/start.ts";
import { readLogLevel } from "./settings/config.ts";

// Elsewhere, the heap belongs to the program that imports the handler.
if (process.env["AWS_LAMBDA_RUNTIME_API"] !== undefined) keepHeapSmall();

/** What this needs of Lambda's context object, if it is there: other callers have no time limit. */
interface Context {
  readonly awsRequestId?: string;
  readonly functionName?: string;
  readonly functionVersion?: string;
  readonly invokedFunctionArn?: string;
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
  const { env } = process;
  const logFields = fieldsOf(context);
  const remainingMs = () => context.getRemainingTimeInMillis?.() ?? Infinity;
  const { summary } = await start({ env, event, logFields, remainingMs }).catch(
    (error: unknown) => {
      const log = createLog(readLogLevel(env));
      log.append(logFields);
      log.error("The run could not start", errorFields(error));
      throw error;
    },
  );
  publishMetrics(summary, context.functionName);
  const messages = summary.failures.map(describeFailure);
  if (messages.length > 0) throw new RunFailedError(messages);
  return summary;
}

/** Which invocation of which function this is, under the names that Powertools gives these fields. A function runs in its own account. */
function fieldsOf(context: Context): LogFields {
  return {
    function_name: context.functionName,
    function_version: context.functionVersion,
    function_request_id: context.awsRequestId,
    account: context.invokedFunctionArn?.split(":")[4],
  };
}
