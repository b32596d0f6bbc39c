import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { SETTINGS } from "../../src/settings/settings.ts";
import { readTemplate } from "./template.ts";
import { MODULE_FOLDER, evaluate, readBlock, readModule } from "./terraform.ts";

const { text, variables, resources, locals } = readModule();
const template = readTemplate();
const lambda = resources["aws_lambda_function"]?.["this"];
const noRetry = resources["aws_lambda_function_event_invoke_config"]?.["no_retry"];

const toSnakeCase = (name: string) =>
  name.replaceAll(/(?<=.)([A-Z])/g, (letter) => `_${letter}`).toLowerCase();

/** The properties of an alarm that name nothing of the template. */
const ALARM_PROPERTIES = [
  "Namespace",
  "MetricName",
  "Statistic",
  "Period",
  "Threshold",
  "ComparisonOperator",
  "TreatMissingData",
];

const hasTerraform = spawnSync("terraform", ["version"]).status === 0;

const allow = (Sid: string, Action: unknown, Resource: unknown, prefix?: unknown) => ({
  Sid,
  Effect: "Allow",
  Action,
  Resource,
  ...(prefix !== undefined && { Condition: { StringLike: { "s3:prefix": prefix } } }),
});

const OBJECTS = ["s3:GetObject", "s3:PutObject"];

/** What the module adds to the policy, for values of its variables. */
const OPTIONAL = [
  { variables: {}, statements: [] },
  { variables: { store: "/a/folder" }, statements: [] },
  {
    variables: { store: "s3://bucket/a/b/" },
    statements: [
      allow("UseTheStore", OBJECTS, "arn:aws:s3:::bucket/a/b/*"),
      allow("LearnWhatTheStoreLacks", "s3:ListBucket", "arn:aws:s3:::bucket", "a/b/*"),
    ],
  },
  {
    variables: { store: "s3://bucket" },
    statements: [
      allow("UseTheStore", OBJECTS, "arn:aws:s3:::bucket/*"),
      allow("LearnWhatTheStoreLacks", "s3:ListBucket", "arn:aws:s3:::bucket", "*"),
    ],
  },
  {
    variables: { in_use_lists: "s3://one/a/b.json, s3://two /a/folder" },
    statements: [
      allow("ReadTheLists", "s3:GetObject", [
        "arn:aws:s3:::one/a/b.json",
        "arn:aws:s3:::one/a/b.json/*",
        "arn:aws:s3:::two/*",
      ]),
      allow("FindTheLists1", "s3:ListBucket", "arn:aws:s3:::one", ["a/b.json", "a/b.json/*"]),
      allow("FindTheLists2", "s3:ListBucket", "arn:aws:s3:::two", ["*"]),
    ],
  },
  {
    variables: { in_use_lists: "s3://one/lists/" },
    statements: [
      allow("ReadTheLists", "s3:GetObject", ["arn:aws:s3:::one/lists", "arn:aws:s3:::one/lists/*"]),
      allow("FindTheLists", "s3:ListBucket", "arn:aws:s3:::one", ["lists", "lists/*"]),
    ],
  },
  {
    variables: { notify_topic_arn: "arn:aws:sns:eu-west-1:123456789012:mine" },
    statements: [
      allow("SendMessagesAboutRuns", "sns:Publish", "arn:aws:sns:eu-west-1:123456789012:mine"),
    ],
  },
];

describe("the Terraform module", () => {
  test("has one variable for each setting, with its default, and sets no other variable", () => {
    expect(locals["settings"]).toEqual(
      Object.fromEntries(SETTINGS.map(({ name }) => [name, `\${var.${name.toLowerCase()}}`])),
    );
    for (const { name, fallback } of SETTINGS) {
      expect(variables[name.toLowerCase()]).toMatchObject({
        type: "${string}",
        default: fallback,
      });
    }
    expect(lambda?.["environment"]).toHaveLength(1);
    expect(lambda?.["environment"][0].variables.replaceAll(/\s+/g, " ")).toBe(
      "${{ for name, value in merge(local.settings, { STORE = local.store, NOTIFY_TOPIC_ARN = local.topic }) : " +
        'name => value if value != "" }}',
    );
  });

  test("has a policy of the role that is iam-policy.json, and what only some settings need", () => {
    expect(readFileSync(`${MODULE_FOLDER}/iam-policy.json`, "utf8")).toBe(
      readFileSync("iam-policy.json", "utf8"),
    );
    expect(resources["aws_iam_role_policy"]?.["this"]?.["policy"]).toContain(
      "concat(jsondecode(local.policy).Statement, local.optional_statements)",
    );
    expect(locals["policy"]).toContain('file("${path.module}/iam-policy.json")');
  });

  test.for([
    { variables: {}, expected: true },
    { variables: { default_keep_used_days: "14" }, expected: false },
    { variables: { default_keep_used_days: "14", store: "s3://mine/store" }, expected: true },
    { variables: { default_keep_used_days: "14", create_store: "true" }, expected: true },
  ])("needs a store for a history of use: $variables", ({ variables, expected }) => {
    expect(evaluate("has_store_for_history", variables)).toBe(expected);
  });

  test.for([
    ...["", "0", "14", "365"].map((days) => ({ days, expected: true })),
    ...["366", "1000", "-1", "a week"].map((days) => ({ days, expected: false })),
  ])("has days of use from 0 to 365: $days", ({ days, expected }) => {
    expect(evaluate("is_keep_used_days_right", { default_keep_used_days: days })).toBe(expected);
  });

  test("refuses to plan a function whose days of use are wrong, or have no store", () => {
    expect(lambda?.["lifecycle"]).toMatchObject([
      {
        precondition: [
          { condition: "${local.has_store_for_history}" },
          { condition: "${local.is_keep_used_days_right}" },
        ],
      },
    ]);
  });

  test("lets the function assume only the role whose name the variable gives", () => {
    const name = variables["in_use_role"]?.["default"];
    const policy = readFileSync(`${MODULE_FOLDER}/iam-policy.json`, "utf8");
    expect(policy.split(`:role/${name}`)).toHaveLength(2);
    expect(locals["policy"]).toMatch(
      new RegExp(`":role/${name}", ":role/\\$\\{var\\.in_use_role\\}"`),
    );
  });

  // Topics of one's own are a list here: Terraform has to know that there is one before it knows its ARN.
  const parameters = Object.entries(template.Parameters).filter(
    ([name]) => name !== "AlarmTopicArn",
  );

  test.for(parameters)("has the default of the template's %s", ([name, { Default }]) => {
    const variable = variables[toSnakeCase(name)];
    expect(variable).toBeDefined();
    // An empty list is a list here, and an empty text in the template.
    expect(String(variable?.["default"])).toBe(String(Default));
  });

  test("runs the image with the longest timeout of Lambda, every night, and retries none", () => {
    expect(lambda).toMatchObject({ package_type: "Image", timeout: 900 });
    expect(noRetry).toMatchObject({ maximum_retry_attempts: 0 });
    expect(resources["aws_cloudwatch_event_rule"]?.["schedule"]).toMatchObject({
      schedule_expression: "${var.schedule_expression}",
    });
  });

  test("runs the function in a VPC if it has subnets, which the role may do", () => {
    expect(lambda?.["dynamic"]).toEqual({
      vpc_config: [
        {
          for_each: "${length(var.subnet_ids) > 0 ? [1] : []}",
          content: [
            { subnet_ids: "${var.subnet_ids}", security_group_ids: "${var.security_group_ids}" },
          ],
        },
      ],
    });
    expect(resources["aws_iam_role_policy_attachment"]?.["vpc"]).toMatchObject({
      count: "${length(var.subnet_ids) > 0 ? 1 : 0}",
      policy_arn: expect.stringMatching(/AWSLambdaVPCAccessExecutionRole$/),
    });
  });

  test.for([
    { alarm: "ErrorAlarm", name: "error" },
    { alarm: "IncompleteAlarm", name: "incomplete" },
    { alarm: "MissingRunAlarm", name: "missing_run" },
  ])("has the template's $alarm", ({ alarm, name }) => {
    const { Dimensions, EvaluationPeriods, ...properties } =
      template.Resources[alarm]?.Properties ?? {};
    const block = resources["aws_cloudwatch_metric_alarm"]?.[name] ?? {};
    for (const key of ALARM_PROPERTIES) {
      expect(block[toSnakeCase(key)]).toEqual(properties[key]);
    }
    expect(Object.keys(block["dimensions"])).toEqual(
      Dimensions.map((dimension: { Name: string }) => dimension.Name),
    );
    expect(block["evaluation_periods"]).toEqual(
      alarm === "MissingRunAlarm" ? "${var.missing_run_hours}" : EvaluationPeriods,
    );
    expect(block["alarm_actions"]).toBe("${local.topics}");
  });

  test("sends the record of a failed run to the topic, which the role may do", () => {
    expect(noRetry?.["destination_config"]).toEqual([
      { on_failure: [{ destination: "${local.topics[0]}" }] },
    ]);
    expect(resources["aws_iam_role_policy"]?.["notify"]?.["policy"]).toMatch(
      /"sns:Publish"\s+Resource = local\.topics\[0\]/,
    );
  });

  test("makes the template's bucket, for create_store alone", () => {
    const suffixes = [
      "",
      "_server_side_encryption_configuration",
      "_public_access_block",
      "_ownership_controls",
      "_versioning",
      "_lifecycle_configuration",
      "_policy",
    ];
    const bucket = suffixes.map((suffix) => resources[`aws_s3_bucket${suffix}`]?.["store"]);
    for (const part of bucket) expect(part?.["count"]).toBe("${var.create_store ? 1 : 0}");
    const [{ BlockPublicAcls, ...others }, [oldVersions, reports]] = [
      template.Resources["StoreBucket"]?.Properties["PublicAccessBlockConfiguration"],
      template.Resources["StoreBucket"]?.Properties["LifecycleConfiguration"].Rules,
    ];
    expect(bucket[2]).toMatchObject(
      Object.fromEntries(
        Object.entries({ BlockPublicAcls, ...others }).map(([name, is]) => [toSnakeCase(name), is]),
      ),
    );
    expect(bucket[5]).toMatchObject({
      rule: [
        {
          id: oldVersions.Id,
          noncurrent_version_expiration: [
            { noncurrent_days: oldVersions.NoncurrentVersionExpiration.NoncurrentDays },
          ],
        },
        {
          id: reports.Id,
          filter: [{ prefix: reports.Prefix }],
          expiration: [{ days: "${var.report_retention_days}" }],
        },
      ],
    });
  });

  test("keeps the log after the function is gone, and excludes the role from pull times", () => {
    expect(resources["aws_cloudwatch_log_group"]?.["this"]).toMatchObject({ skip_destroy: true });
    expect(resources["aws_ecr_pull_time_update_exclusion"]?.["this"]).toMatchObject({
      principal_arn: "${aws_iam_role.this.arn}",
    });
  });

  test("names only variables and resources that it has, and uses each variable", () => {
    const used = new Set([...text.matchAll(/\bvar\.(\w+)/g)].map(([, name = ""]) => name));
    expect([...used].toSorted()).toEqual(Object.keys(variables).toSorted());
    for (const [, type = "", name = ""] of text.matchAll(/(?<![\w.])(aws_\w+)\.(\w+)/g)) {
      expect(resources[type], `${type}.${name}`).toHaveProperty(name);
    }
    for (const [, name = ""] of text.matchAll(/\blocal\.(\w+)/g)) {
      expect(locals).toHaveProperty(name);
    }
  });

  test("is shown in the documents with variables that it has", () => {
    const [, example = ""] =
      /^```hcl\n([^]*?)^```$/m.exec(readFileSync("docs/operating.md", "utf8")) ?? [];
    const { source, ...values } = readBlock(example, "module");
    expect(source).toMatch(/\/\/deploy\/terraform\?ref=v/);
    for (const name of Object.keys(values)) expect(variables).toHaveProperty(name);
  });

  test.skipIf(!hasTerraform).for(OPTIONAL)(
    "gives the role what $variables needs, and nothing else",
    ({ variables: values, statements }) => {
      expect(evaluate("optional_statements", values)).toEqual(statements);
    },
  );

  test.skipIf(!hasTerraform)("is formatted", () => {
    const { stdout } = spawnSync("terraform", ["fmt", "-check", "-diff", MODULE_FOLDER], {
      encoding: "utf8",
    });
    expect(stdout).toBe("");
  });
});
