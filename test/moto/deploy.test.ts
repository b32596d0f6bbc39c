import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from "@aws-sdk/client-eventbridge";
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  NoSuchEntityException,
} from "@aws-sdk/client-iam";
import {
  type FunctionConfiguration,
  GetFunctionCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { GetBucketEncryptionCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";

import policy from "../../iam-policy.json" with { type: "json" };
import { EVIDENCE_ROLE_FILE, TEMPLATE_FILE, readTemplate } from "../deploy/template.ts";
import { EMULATED_REGION } from "../emulators/registry.ts";
import { useEmulator } from "../emulators/server.ts";
import { MOTO } from "./moto.ts";

const IMAGE = `123456789012.dkr.ecr.${EMULATED_REGION}.amazonaws.com/ecr-cleaner:v1-arm64`;
const TOPIC = `arn:aws:sns:${EMULATED_REGION}:123456789012:alarms`;

useEmulator(MOTO);

/** Creates a stack from a template, with the name given. */
async function deploy(name: string, file: string, parameters: Record<string, string>) {
  await new CloudFormationClient().send(
    new CreateStackCommand({
      StackName: name,
      TemplateBody: readFileSync(file, "utf8"),
      Capabilities: ["CAPABILITY_NAMED_IAM"],
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    }),
  );
}

async function createStack(parameters: Record<string, string> = {}) {
  await deploy("ecr-cleaner", TEMPLATE_FILE, { ImageUri: IMAGE, ...parameters });
  return new LambdaClient().send(new GetFunctionCommand({ FunctionName: "ecr-cleaner" }));
}

/** The environment of the function. Moto keeps the numbers of a template, where Lambda has texts. */
function settingsOf(configuration: FunctionConfiguration | undefined): Record<string, string> {
  const variables = Object.entries(configuration?.Environment?.Variables ?? {});
  return Object.fromEntries(
    variables.map(([name, value]: [string, unknown]) => [name, String(value)]),
  );
}

test("the stack has the documented function", async () => {
  const { Configuration, Code } = await createStack();
  expect(Code?.ImageUri).toBe(IMAGE);
  expect(Configuration).toMatchObject({ Timeout: 900, MemorySize: 512 });
  expect(settingsOf(Configuration)).toEqual({
    DRY_RUN: "true",
    DEFAULT_KEEP_DAYS: "30",
    DEFAULT_KEEP_COUNT: "0",
    MAX_DELETE_PERCENT: "100",
    ALLOW_EMPTY_IN_USE: "false",
    IN_USE_EVIDENCE: "full",
    IN_USE_SOURCES: "all",
    IN_USE_ROLE: "ecr-cleaner-evidence",
    IN_USE_LISTS_MAX_HOURS: "48",
    UNSEEN_PULLERS: "skip",
    KEEP_TASK_DEFINITIONS: "1",
    STORAGE_PRICE_PER_GB_MONTH: "0.10",
    BOX_LOG: "INFO",
  });
});

test("the stack sets settings from its parameters", async () => {
  const { Configuration } = await createStack({
    DryRun: "false",
    DefaultKeepTags: "v release-",
    MaxDeletions: "500",
    Concurrency: "5",
    DefaultKeepPulledDays: "14",
  });
  expect(settingsOf(Configuration)).toMatchObject({
    DRY_RUN: "false",
    DEFAULT_KEEP_TAGS: "v release-",
    MAX_DELETIONS: "500",
    CONCURRENCY: "5",
    DEFAULT_KEEP_PULLED_DAYS: "14",
  });
});

/** A policy of the role of the function. */
async function readPolicy(configuration: FunctionConfiguration | undefined, PolicyName: string) {
  const RoleName = configuration?.Role?.split("/").at(-1);
  const { PolicyDocument = "" } = await new IAMClient().send(
    new GetRolePolicyCommand({ RoleName, PolicyName }),
  );
  // Moto writes the policy in the notation of Python.
  return JSON.parse(decodeURIComponent(PolicyDocument).replaceAll("'", '"'));
}

test("the role of the function has exactly the permissions in iam-policy.json", async () => {
  const { Configuration } = await createStack();
  expect(await readPolicy(Configuration, "ecr-cleaner")).toEqual(policy);
  for (const name of ["store", "in-use-lists", "messages"]) {
    await expect(readPolicy(Configuration, name)).rejects.toThrow(NoSuchEntityException);
  }
});

test("the stack makes a bucket and a topic, which the function may use", async () => {
  const { Configuration } = await createStack({ CreateStore: "true", CreateNotifyTopic: "true" });
  const { Store, NotifyTopic } = await readOutputs();
  expect(settingsOf(Configuration)).toMatchObject({ STORE: Store, NOTIFY_TOPIC_ARN: NotifyTopic });
  const [, bucket] = /^s3:\/\/([^/]+)\/store$/.exec(Store ?? "") ?? [];
  const s3 = new S3Client({ forcePathStyle: true });
  // Of the bucket's properties, CloudFormation in moto has this one.
  const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
  expect(JSON.stringify(encryption)).toContain('"SSEAlgorithm":"AES256"');
  expect((await readPolicy(Configuration, "store")).Statement).toMatchObject([
    { Resource: `arn:aws:s3:::${bucket}/store/*` },
    { Resource: `arn:aws:s3:::${bucket}` },
  ]);
  expect((await readPolicy(Configuration, "messages")).Statement).toMatchObject([
    { Action: "sns:Publish", Resource: NotifyTopic },
  ]);
});

test("the stack uses a bucket and a topic of one's own", async () => {
  const { Configuration } = await createStack({
    Store: "s3://mine/nightly",
    InUseLists: "s3://mine/lists/laptops.json",
    NotifyTopicArn: TOPIC,
  });
  expect(settingsOf(Configuration)).toMatchObject({
    STORE: "s3://mine/nightly",
    IN_USE_LISTS: "s3://mine/lists/laptops.json",
    NOTIFY_TOPIC_ARN: TOPIC,
  });
  expect((await readPolicy(Configuration, "store")).Statement).toMatchObject([
    { Resource: "arn:aws:s3:::mine/nightly/*" },
    { Resource: "arn:aws:s3:::mine", Condition: { StringLike: { "s3:prefix": "nightly/*" } } },
  ]);
  expect((await readPolicy(Configuration, "in-use-lists")).Statement).toMatchObject([
    {
      Resource: ["arn:aws:s3:::mine/lists/laptops.json", "arn:aws:s3:::mine/lists/laptops.json/*"],
    },
    {
      Resource: "arn:aws:s3:::mine",
      Condition: { StringLike: { "s3:prefix": ["lists", "lists/*"] } },
    },
  ]);
  expect((await readPolicy(Configuration, "messages")).Statement[0].Resource).toBe(TOPIC);
});

test("a schedule starts the function every night", async () => {
  const { Configuration } = await createStack();
  const events = new EventBridgeClient();
  const { Rules = [] } = await events.send(new ListRulesCommand());
  const [rule] = Rules;
  expect(Rules).toHaveLength(1);
  expect(await events.send(new DescribeRuleCommand({ Name: rule?.Name }))).toMatchObject({
    ScheduleExpression: "cron(0 0 * * ? *)",
    State: "ENABLED",
  });
  const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: rule?.Name }));
  expect(Targets?.map(({ Arn }) => Arn)).toEqual([Configuration?.FunctionArn]);
});

/** The outputs of the stack, by name. */
async function readOutputs(): Promise<Record<string, string | undefined>> {
  const { Stacks: [stack] = [] } = await new CloudFormationClient().send(
    new DescribeStacksCommand({ StackName: "ecr-cleaner" }),
  );
  return Object.fromEntries(
    (stack?.Outputs ?? []).map(({ OutputKey = "", OutputValue }) => [OutputKey, OutputValue]),
  );
}

test("the stack has the role of the function and a new topic in its outputs", async () => {
  const { Configuration } = await createStack({ AlarmEmail: "ops@example.com" });
  const { RoleArn, AlarmTopic } = await readOutputs();
  expect(RoleArn).toBe(Configuration?.Role);
  expect(AlarmTopic).toMatch(/^arn:aws:sns:[^:]+:123456789012:ecr-cleaner-AlarmTopic-/);
});

test("a topic of one's own takes the place of the new one", async () => {
  await createStack({ AlarmTopicArn: TOPIC });
  expect(await readOutputs()).toMatchObject({ AlarmTopic: TOPIC });
});

test("an alarm watches the errors of the function", async () => {
  // CloudFormation in moto creates no alarms, so the test creates the alarm of the template by the API.
  const {
    AlarmActions: _,
    AlarmDescription,
    Dimensions,
    ...properties
  } = readTemplate().Resources["ErrorAlarm"]?.Properties ?? {};
  const alarms = new CloudWatchClient();
  await alarms.send(
    new PutMetricAlarmCommand({
      AlarmName: "ecr-cleaner",
      ...(properties as Omit<PutMetricAlarmCommandInput, "AlarmName">),
      AlarmDescription: JSON.stringify(AlarmDescription),
      Dimensions: Dimensions.map(({ Name }: { Name: string }) => ({ Name, Value: "ecr-cleaner" })),
      AlarmActions: [TOPIC],
    }),
  );
  const { MetricAlarms = [] } = await alarms.send(new DescribeAlarmsCommand());
  expect(MetricAlarms).toMatchObject([
    {
      Namespace: "AWS/Lambda",
      MetricName: "Errors",
      Dimensions: [{ Name: "FunctionName", Value: "ecr-cleaner" }],
      Statistic: "Sum",
      Threshold: 1,
      TreatMissingData: "notBreaching",
      AlarmActions: [TOPIC],
    },
  ]);
});

test.for([
  { name: "no external id", parameters: {}, condition: {} },
  {
    name: "an external id",
    parameters: { ExternalId: "registry-1" },
    condition: { StringEquals: { "sts:ExternalId": "registry-1" } },
  },
])("the evidence role trusts the role of the cleaner, with $name", async (row) => {
  const cleaner = "arn:aws:iam::111111111111:role/ecr-cleaner-Role-1ABC";
  await deploy("evidence", EVIDENCE_ROLE_FILE, { CleanerRoleArn: cleaner, ...row.parameters });
  const { Role } = await new IAMClient().send(
    new GetRoleCommand({ RoleName: "ecr-cleaner-evidence" }),
  );
  const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "").replaceAll("'", '"');
  expect(JSON.parse(trust).Statement).toEqual([
    {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111111111111:root" },
      Action: "sts:AssumeRole",
      Condition: { ArnEquals: { "aws:PrincipalArn": cleaner }, ...row.condition },
    },
  ]);
});

test.for([TEMPLATE_FILE, EVIDENCE_ROLE_FILE])("%s passes cfn-lint", async (file) => {
  const { stdout } = await promisify(execFile)("cfn-lint", [file]);
  expect(stdout).toBe("");
});
