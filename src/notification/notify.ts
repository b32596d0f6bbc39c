import type { Aws } from "../aws/clients.ts";
import { type Log, errorFields } from "../log.ts";
import { type Summary, withFailures } from "../report/summary.ts";
import { toFailure } from "../report/tally.ts";
import type { RunResult } from "../run/run.ts";
import type { Config } from "../settings/config.ts";
import { createMessage } from "./message.ts";

/** What a notification is sent by. */
interface Sender {
  readonly config: Pick<Config, "notifyTopic" | "pricePerGBMonth">;
  readonly aws: Aws;
  readonly log: Log;
}

/**
 * Sends the message about a run to the topic of the settings, if there is one and the run is worth a message. A message that
 * cannot be sent changes nothing of what the run did.
 *
 * @returns the summary, with one more failure if the message could not be sent
 */
export async function notify(
  { summary, accountId: account }: Pick<RunResult, "summary" | "accountId">,
  { config, aws, log }: Sender,
): Promise<Summary> {
  const { notifyTopic: topic, pricePerGBMonth } = config;
  if (topic === undefined) return summary;
  const message = createMessage(summary, { account, region: aws.region, pricePerGBMonth });
  if (message === undefined) return summary;
  try {
    // The SDK client of SNS loads with it.
    const { publish } = await import("./sns.ts");
    await publish(topic, message, aws);
    log.info("Sent a message about the run", { topic, subject: message.subject });
    return summary;
  } catch (error) {
    log.error("Could not send the message about the run", errorFields(error));
    return withFailures(summary, [toFailure(error, null)]);
  }
}
