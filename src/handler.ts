import { RunFailedError } from "./errors.ts";
import type { Summary } from "./report/summary.ts";
import { start } from "./start.ts";

/**
 * Makes one run with the settings of the environment, narrowed by the event, and returns its summary.
 *
 * @throws ConfigError if the run cannot start, RunFailedError if anything in it failed, so that Lambda's error
 *   metric moves; whatever could be done is done before that, and a repeat is safe
 */
export async function handler(event?: unknown): Promise<Summary> {
  const { summary } = await start({ env: process.env, event });
  const messages = summary.failures.map(({ message }) => message);
  if (messages.length > 0) throw new RunFailedError(messages);
  return summary;
}
