import { randomUUID } from "node:crypto";

import { type Operation, type Place, ServiceError } from "../operation.ts";
import { queryService } from "../service.ts";

interface SnsState {
  /** By ARN. */
  readonly topics: Map<string, SimulatedTopic>;
}

interface SnsParts {
  /** By name or ARN. */
  readonly topics?: readonly string[];
}

interface SimulatedTopic {
  /** What was published, in order. */
  readonly messages: SimulatedMessage[];
}

interface SimulatedMessage {
  readonly subject?: string;
  readonly message: string;
  readonly messageStructure?: string;
}

const MAX_BYTES = 262_144;
const MAX_SUBJECT = 100;
const NOT_IN_SUBJECT = /[\p{Cc}\p{Zl}\p{Zp}]/u;

function createSnsState({ topics = [] }: SnsParts, { region, id }: Place): SnsState {
  const arnOf = (topic: string) =>
    topic.startsWith("arn:") ? topic : `arn:aws:sns:${region}:${id}:${topic}`;
  return { topics: new Map(topics.map((topic) => [arnOf(topic), { messages: [] }])) };
}

const publish: Operation<SnsState> = (account, input) => {
  const { TopicArn, Subject, Message = "", MessageStructure } = input;
  requireTopicArn(TopicArn, account.region);
  requireMessage(Message);
  if (Subject !== undefined) requireSubject(Subject);
  if (MessageStructure !== undefined) requireStructure(MessageStructure, Message);
  const topic = account.topics.get(TopicArn);
  if (topic === undefined) throw new ServiceError("NotFound", "Topic does not exist", 404);
  topic.messages.push({
    ...(Subject !== undefined && { subject: Subject }),
    message: Message,
    ...(MessageStructure !== undefined && { messageStructure: MessageStructure }),
  });
  return { MessageId: randomUUID() };
};

/** Only the endpoint of a topic's Region knows the topic. */
function requireTopicArn(arn: string | undefined, region: string): void {
  const [, , service, regionOfTopic, , name] = arn?.split(":") ?? [];
  if (service === "sns" && regionOfTopic === region && name) return;
  throw invalid("TopicArn");
}

function requireMessage(message: string): void {
  if (message === "") throw invalid("Empty message");
  if (Buffer.byteLength(message) > MAX_BYTES) throw invalid("Message too long");
}

function requireSubject(subject: string): void {
  const isValid = subject !== "" && subject.length <= MAX_SUBJECT && !NOT_IN_SUBJECT.test(subject);
  if (!isValid) throw invalid("Subject");
}

/** A message for each protocol, of which the default is required. */
function requireStructure(structure: string, message: string): void {
  if (structure !== "json") throw invalid("MessageStructure");
  let messages: { default?: unknown } | null;
  try {
    messages = JSON.parse(message);
  } catch {
    throw invalid("Message Structure - JSON message body failed to parse");
  }
  // SNS ignores a value that is not a string.
  if (typeof messages?.default === "string") return;
  throw invalid("Message Structure - No default entry in JSON message body");
}

function invalid(reason: string): ServiceError {
  return new ServiceError("InvalidParameter", `Invalid parameter: ${reason}`);
}

export const sns = queryService({
  prefix: "sns",
  sdkId: "SNS",
  pageToken: "",
  createState: createSnsState,
  version: "2010-03-31",
  denied: { code: "AuthorizationError", status: 403 },
  resourceOf: (_, { TopicArn }) => TopicArn,
  operations: { Publish: publish },
});
