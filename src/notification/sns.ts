import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";

import { AwsCallError, call } from "../aws/calls.ts";
import type { Aws, Service } from "../aws/clients.ts";
import type { Statement } from "../aws/permissions.ts";
import type { Message } from "./message.ts";

const PUBLISH = "sns:Publish";

const SNS = {
  Client: SNSClient,
  answers: { [PUBLISH]: ["MessageId"] },
  usesReserve: true,
} satisfies Service<SNSClient>;

/** What a role needs for the NOTIFY_TOPIC_ARN that is its resource here. */
export const NOTIFY_STATEMENT = {
  Sid: "SendMessagesAboutRuns",
  Action: [PUBLISH],
  Resource: "arn:aws:sns:eu-west-1:123456789012:ecr-cleaner",
  purpose: "send messages to `NOTIFY_TOPIC_ARN`",
} satisfies Statement;

/** The longest that the call may take with all its repeats, in ms. */
const TIME_LIMIT_MS = 10_000;

/** What to do about an error, if that is more than its code says. */
const ADVICE: Readonly<Record<string, string>> = {
  NotFoundException: "; check NOTIFY_TOPIC_ARN",
  KMSAccessDeniedException:
    "; allow kms:Decrypt and kms:GenerateDataKey for this role, with the KMS key that encrypts the topic",
  AbortError: "; there was no answer in time",
};

/** Sends a message to a topic, which can be in another Region. Throws AwsCallError. */
export async function publish(topic: string, { subject, body }: Message, aws: Aws): Promise<void> {
  const resource = `topic ${topic}`;
  const [, , , region = ""] = topic.split(":");
  const sns = aws.elsewhere(region, aws.identity).client(SNS);
  const command = new PublishCommand({
    TopicArn: topic,
    Subject: subject,
    Message: body,
    MessageStructure: "json",
  });
  try {
    await call(PUBLISH, resource, async () =>
      sns.send(command, { abortSignal: AbortSignal.timeout(TIME_LIMIT_MS) }),
    );
  } catch (error) {
    if (!(error instanceof AwsCallError) || error.action !== PUBLISH) throw error;
    throw new AwsCallError(PUBLISH, resource, error.cause, ADVICE[error.code]);
  }
}
