import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import policy from "../../iam-policy.json" with { type: "json" };
import type { Statement } from "../../src/aws/permissions.ts";
import { NOTIFY_STATEMENT } from "../../src/notification/sns.ts";
import { parseConfig } from "../../src/settings/config.ts";
import { SOURCE_IDS } from "../../src/in-use/sources/index.ts";
import { SETTINGS } from "../../src/settings/settings.ts";
import { LISTS_STATEMENTS, STORE_STATEMENTS } from "../../src/store/permissions.ts";
import { type Deployment, deployed, parameterOf, policyInAws, readTemplate } from "./template.ts";

const { Parameters, Resources, Outputs } = readTemplate();
const variables = Resources["Function"]?.Properties["Environment"].Variables;

describe("the CloudFormation template", () => {
  test("has one parameter for each setting, and sets no other variable", () => {
    expect(Object.keys(variables)).toEqual(
      expect.arrayContaining(SETTINGS.map(({ name }) => name)),
    );
    expect(Object.keys(variables)).toHaveLength(SETTINGS.length);
    for (const { name } of SETTINGS) {
      expect(JSON.stringify(variables[name])).toContain(
        `{"Ref":"${parameterOf(name)}"}`.slice(1, -1),
      );
    }
  });

  test.for(SETTINGS)("has the default of $name", ({ name, fallback }) => {
    expect(String(Parameters[parameterOf(name)]?.Default)).toBe(fallback);
  });

  test.for(SETTINGS)(
    "accepts for $name only values that the program accepts",
    ({ name, format }) => {
      const {
        AllowedValues,
        AllowedPattern,
        Type,
        MinValue = 0,
      } = Parameters[parameterOf(name)] ?? {};
      const isAllowed = (text: string) => {
        if (AllowedValues !== undefined) return AllowedValues.includes(text);
        if (AllowedPattern !== undefined) return new RegExp(AllowedPattern).test(text);
        return Type === "Number" && /^\d+$/.test(text) && Number(text) >= MinValue;
      };
      const texts = [
        "",
        "0",
        "1",
        "30",
        "100",
        "0.6",
        "v release-",
        "true",
        "full",
        "all",
        "skip",
        "INFO",
        "*-prod v1.?",
        "v/*",
        "-1",
        "s3://bucket/prefix",
        "arn:aws:sns:eu-west-1:123456789012:alerts",
      ];
      const taken = texts.filter(isAllowed);
      expect(taken.length).toBeGreaterThan(0);
      for (const text of taken) expect(format.parse(text)).toBeDefined();
    },
  );

  test("accepts wildcards in the tags to keep", () => {
    const pattern = new RegExp(Parameters["DefaultKeepTags"]?.AllowedPattern ?? "");
    for (const text of ["", "v release-", "*-prod v1.?", "*"]) expect(text).toMatch(pattern);
    for (const text of ["v/1", "v,w", "{v}", "v+"]) expect(text).not.toMatch(pattern);
  });

  test("is a dry run by default", () => {
    const env = Object.fromEntries(
      SETTINGS.map(({ name }) => [name, String(Parameters[parameterOf(name)]?.Default)]),
    );
    expect(parseConfig(env)).toEqual(parseConfig({}));
    expect(parseConfig(env).config.dryRun).toBe(true);
  });

  test("gives the role exactly iam-policy.json, in every partition", () => {
    const [inline, ...others] = Resources["Role"]?.Properties["Policies"] ?? [];
    expect(others).toEqual([]);
    expect(policyInAws(inline.PolicyDocument)).toEqual(policy);
  });

  test("lets the function assume only the role whose name the parameter gives", () => {
    const [inline] = Resources["Role"]?.Properties["Policies"] ?? [];
    const statements: { Action: unknown; Resource: unknown }[] = inline.PolicyDocument.Statement;
    expect(statements.filter(({ Action }) => Action === "sts:AssumeRole")).toMatchObject([
      { Resource: { "Fn::Sub": "arn:${AWS::Partition}:iam::*:role/${InUseRole}" } },
    ]);
  });

  test.for([
    {
      parameter: "InUseAccounts",
      accepted: ["organization", "111111111111", "111111111111 222222222222,333333333333"],
      refused: ["11111111111", "organizations", "organization 111111111111", " ", "all"],
    },
    {
      parameter: "InUseRegions",
      accepted: ["all", "us-east-1", "eu-west-1, us-gov-west-1 cn-north-1"],
      refused: ["us-east", "US-EAST-1", "all us-east-1", "eu-west-1;us-east-1", "organization"],
    },
    {
      parameter: "InUseRole",
      accepted: ["ecr-cleaner-evidence", "platform/ecr+evidence@1"],
      refused: ["", "/evidence", "evidence/", "*", "arn:aws:iam::111111111111:role/evidence"],
    },
    {
      parameter: "Store",
      accepted: ["", "s3://my-bucket/store", "s3://logs.example.com/ecr_cleaner-1.x"],
      refused: ["s3://my-bucket", "s3://b/", "s3://my-bucket/a/b", "s3://my-bucket/*", "/folder"],
    },
    {
      parameter: "InUseLists",
      accepted: ["", "s3://my-bucket/lists", "s3://my-bucket/lists/laptops.json"],
      refused: ["s3://my-bucket", "s3://my-bucket/*", "s3://my-bucket/a s3://my-bucket/b", "/a"],
    },
    {
      parameter: "NotifyTopicArn",
      accepted: ["", "arn:aws-us-gov:sns:us-gov-west-1:123456789012:alerts_1"],
      refused: ["alerts", "arn:aws:sns:eu-west-1:123456789012:a.fifo", "arn:aws:sqs:eu-west-1:1:a"],
    },
    {
      parameter: "DefaultKeepUsedDays",
      accepted: ["", "0", "14", "365"],
      refused: ["366", "1000", "-1"],
    },
    {
      parameter: "InUseExternalId",
      accepted: ["", "ab", "registry/cleaner:2026"],
      refused: ["a", "a b", "$(id)"],
    },
  ])("accepts of $parameter what the program accepts", ({ parameter, accepted, refused }) => {
    const pattern = new RegExp(Parameters[parameter]?.AllowedPattern ?? "");
    const format = SETTINGS.find(({ name }) => parameterOf(name) === parameter)?.format;
    for (const text of accepted) {
      expect(text).toMatch(pattern);
      expect(format?.parse(text)).toBeDefined();
    }
    for (const text of refused) expect(text).not.toMatch(pattern);
  });

  const toPolicy = (statements: readonly Statement[]) => ({
    Version: "2012-10-17",
    Statement: statements.map(({ Sid, Action, Resource, Condition }) => ({
      Sid,
      Effect: "Allow",
      Action: Action.length === 1 ? Action[0] : Action,
      Resource,
      ...(Condition && { Condition }),
    })),
  });

  test.for<{ name: string; statements: readonly Statement[] } & Deployment>([
    {
      name: "StorePermission",
      statements: STORE_STATEMENTS,
      names: { Store: "s3://amzn-s3-demo-bucket/store" },
      conditions: ["HasStore", "HasStoreOfYours"],
    },
    {
      name: "StorePermission",
      statements: STORE_STATEMENTS,
      names: { "StoreBucket.Arn": "arn:aws:s3:::amzn-s3-demo-bucket" },
      conditions: ["HasStore", "MakesStore"],
    },
    {
      name: "ListsPermission",
      statements: LISTS_STATEMENTS,
      names: { InUseLists: "s3://amzn-s3-demo-bucket/lists" },
      conditions: ["HasInUseLists"],
    },
    {
      name: "MessagePermission",
      statements: [NOTIFY_STATEMENT],
      names: { NotifyTopic: NOTIFY_STATEMENT.Resource },
      conditions: ["HasNotifyTopic", "MakesNotifyTopic"],
    },
    {
      name: "MessagePermission",
      statements: [NOTIFY_STATEMENT],
      names: { NotifyTopicArn: NOTIFY_STATEMENT.Resource },
      conditions: ["HasNotifyTopic", "HasNotifyTopicArn"],
    },
  ])("gives the role what $conditions needs, and nothing else", (row) => {
    const { Condition, Properties } = Resources[row.name] ?? {};
    expect(row.conditions).toContain(Condition);
    expect(Properties?.["Roles"]).toEqual([{ Ref: "Role" }]);
    expect(deployed(Properties?.["PolicyDocument"], row)).toEqual(toPolicy(row.statements));
  });

  test.for<{ env: Record<string, string | undefined> } & Deployment>([
    {
      names: { StoreBucket: "made", NotifyTopic: "arn:made" },
      conditions: ["HasStore", "MakesStore", "HasNotifyTopic", "MakesNotifyTopic"],
      env: { STORE: "s3://made/store", NOTIFY_TOPIC_ARN: "arn:made" },
    },
    {
      names: { Store: "s3://mine/p", NotifyTopicArn: "arn:mine" },
      conditions: ["HasStore", "HasStoreOfYours", "HasNotifyTopic", "HasNotifyTopicArn"],
      env: { STORE: "s3://mine/p", NOTIFY_TOPIC_ARN: "arn:mine" },
    },
    { names: {}, conditions: [], env: { STORE: undefined, NOTIFY_TOPIC_ARN: undefined } },
  ])("has $env with $conditions", ({ env, ...deployment }) => {
    expect(deployed(variables, deployment)).toMatchObject(env);
  });

  test("makes a bucket that is private, encrypted and versioned, and that stays when the stack is gone", () => {
    expect(Resources["StoreBucket"]).toEqual({
      Type: "AWS::S3::Bucket",
      Condition: "MakesStore",
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
          ],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
        VersioningConfiguration: { Status: "Enabled" },
        LifecycleConfiguration: {
          Rules: [
            {
              Id: "old-versions",
              Status: "Enabled",
              NoncurrentVersionExpiration: { NoncurrentDays: 30 },
            },
            {
              Id: "reports",
              Status: "Enabled",
              Prefix: "store/reports/",
              ExpirationInDays: { Ref: "ReportRetentionDays" },
            },
          ],
        },
      },
    });
  });

  test.for([
    { name: "StoreBucketPolicy", condition: "MakesStore", action: "s3:*" },
    { name: "NotifyTopicPolicy", condition: "MakesNotifyTopic", action: "sns:Publish" },
  ])("refuses everything without TLS by $name", ({ name, condition, action }) => {
    expect(Resources[name]).toMatchObject({
      Condition: condition,
      Properties: {
        PolicyDocument: {
          Statement: [
            {
              Effect: "Deny",
              Principal: "*",
              Action: action,
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        },
      },
    });
  });

  test("lets the function write its log, and takes the architecture from a parameter", () => {
    expect(Resources["Role"]?.Properties["ManagedPolicyArns"]).toEqual([
      {
        "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
      },
      [
        "RunsInVpc",
        {
          "Fn::Sub":
            "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
        },
        { Ref: "AWS::NoValue" },
      ],
    ]);
    expect(Resources["Function"]?.Properties["Architectures"]).toEqual([{ Ref: "Architecture" }]);
  });

  test("runs the function in a VPC if it has subnets", () => {
    expect(Parameters["SubnetIds"]).toMatchObject({ Type: "CommaDelimitedList", Default: "" });
    expect(Resources["Function"]?.Properties["VpcConfig"]).toEqual([
      "RunsInVpc",
      { SubnetIds: { Ref: "SubnetIds" }, SecurityGroupIds: { Ref: "SecurityGroupIds" } },
      { Ref: "AWS::NoValue" },
    ]);
    expect(Parameters["SecurityGroupIds"]).toEqual({
      ...Parameters["SubnetIds"],
      Description: expect.any(String),
    });
  });

  // Each notifies the topic that is given, or else the new one.
  const TOPIC = ["HasAlarmTopicArn", { Ref: "AlarmTopicArn" }, { Ref: "AlarmTopic" }];

  test("makes a topic, and subscribes the e-mail address", () => {
    expect(Resources["AlarmTopic"]).toMatchObject({
      Type: "AWS::SNS::Topic",
      Condition: "MakesAlarmTopic",
    });
    expect(Resources["AlarmSubscription"]).toMatchObject({
      Condition: "SendsEmail",
      Properties: {
        TopicArn: { Ref: "AlarmTopic" },
        Protocol: "email",
        Endpoint: { Ref: "AlarmEmail" },
      },
    });
    const pattern = new RegExp(Parameters["AlarmEmail"]?.AllowedPattern ?? "");
    for (const text of ["", "ops@example.com", "first.last+ecr@mail.example.com"])
      expect(text).toMatch(pattern);
    for (const text of ["ops", "a@b@c", "ops@example.com, me@example.com"])
      expect(text).not.toMatch(pattern);
  });

  test("notifies the topic of failed, incomplete and missing runs", () => {
    const AlarmActions = [TOPIC];
    expect(Resources["ErrorAlarm"]?.Properties).toMatchObject({
      MetricName: "Errors",
      Dimensions: [{ Name: "FunctionName", Value: { Ref: "Function" } }],
      AlarmActions,
    });
    expect(Resources["IncompleteAlarm"]?.Properties).toMatchObject({
      Namespace: "EcrCleaner",
      MetricName: "RunIncomplete",
      Dimensions: [
        { Name: "DryRun", Value: { Ref: "DryRun" } },
        { Name: "FunctionName", Value: { Ref: "Function" } },
      ],
      Threshold: 1,
      AlarmActions,
    });
    expect(Resources["MissingRunAlarm"]?.Properties).toMatchObject({ AlarmActions });
  });

  test("takes no run for as many hours as the parameter says as a missing run", () => {
    expect(Resources["MissingRunAlarm"]).toMatchObject({
      Condition: "HasMissingRunAlarm",
      Properties: {
        Namespace: "AWS/Lambda",
        MetricName: "Invocations",
        Dimensions: [{ Name: "FunctionName", Value: { Ref: "Function" } }],
        Statistic: "Sum",
        Period: 3600,
        EvaluationPeriods: { Ref: "MissingRunHours" },
        Threshold: 1,
        ComparisonOperator: "LessThanThreshold",
        TreatMissingData: "breaching",
      },
    });
    // A run starts a little later on one night than on another, and CloudWatch looks back seven days at most.
    expect(Parameters["MissingRunHours"]).toMatchObject({
      Default: 25,
      MinValue: 0,
      MaxValue: 168,
    });
  });

  test("sends the record of a failed run to the topic, which the role may do, and retries none", () => {
    expect(Resources["NoRetry"]?.Properties).toMatchObject({
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: TOPIC } },
    });
    expect(Resources["NotifyPermission"]).toMatchObject({
      Properties: {
        Roles: [{ Ref: "Role" }],
        PolicyDocument: { Statement: [{ Action: "sns:Publish", Resource: TOPIC }] },
      },
    });
  });

  test("keeps the log after the stack is gone", () => {
    expect(Resources["LogGroup"]).toMatchObject({
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
    });
  });

  test("excludes the role from pull times, and has the role in its outputs", () => {
    const role = { "Fn::GetAtt": ["Role", "Arn"] };
    expect(Resources["PullTimeExclusion"]).toMatchObject({
      Type: "AWS::ECR::PullTimeUpdateExclusion",
      Properties: { PrincipalArn: role },
    });
    expect(Outputs["RoleArn"]?.Value).toEqual(role);
  });

  test("accepts the ids of all sources as the sources to read, and no other text", () => {
    const pattern = new RegExp(Parameters["InUseSources"]?.AllowedPattern ?? "");
    for (const text of ["all", ...SOURCE_IDS, SOURCE_IDS.join(" "), SOURCE_IDS.join(", ")]) {
      expect(text).toMatch(pattern);
    }
    for (const text of ["", "full", "ECS2", "ecs;lambda", "all ecs"])
      expect(text).not.toMatch(pattern);
  });

  test.for([
    { name: "CDK", pattern: /parameters: \{\n([^]*?)\n +\},/ },
    { name: "SAM", pattern: /Parameters:\n([^]*?)\n```/ },
  ])("is shown for $name in the documents with parameters that it has", ({ pattern }) => {
    const [, example = ""] = pattern.exec(readFileSync("docs/operating.md", "utf8")) ?? [];
    const names = [...example.matchAll(/^ +(\w+):/gm)].map(([, name = ""]) => name);
    expect(names).toContain("ImageUri");
    for (const name of names) expect(Parameters).toHaveProperty(name);
  });

  test("runs every night with the longest timeout of Lambda", () => {
    expect(Parameters["ScheduleExpression"]?.Default).toBe("cron(0 0 * * ? *)");
    expect(Resources["Function"]?.Properties).toMatchObject({ PackageType: "Image", Timeout: 900 });
  });
});
