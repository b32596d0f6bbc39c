import { describe, expect, test } from "vitest";

import policy from "../../iam-policy.json" with { type: "json" };
import { parseConfig } from "../../src/settings/config.ts";
import { SOURCE_IDS } from "../../src/in-use/sources/index.ts";
import { SETTINGS } from "../../src/settings/settings.ts";
import { parameterOf, readTemplate } from "./template.ts";

const { Parameters, Resources } = readTemplate();
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
      const { AllowedValues, AllowedPattern, Type } = Parameters[parameterOf(name)] ?? {};
      const isAllowed = (text: string) => {
        if (AllowedValues !== undefined) return AllowedValues.includes(text);
        if (AllowedPattern !== undefined) return new RegExp(AllowedPattern).test(text);
        return Type === "Number" && /^\d+$/.test(text);
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
        "INFO",
        "*-prod v1.?",
        "v/*",
        "-1",
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
    const [inline] = Resources["Role"]?.Properties["Policies"] ?? [];
    const inAws = JSON.stringify(inline.PolicyDocument).replaceAll(
      /\{"Fn::Sub":"arn:\$\{AWS::Partition\}:([^"]*)"\}/g,
      '"arn:aws:$1"',
    );
    expect(JSON.parse(inAws)).toEqual(policy);
  });

  test("lets the function write its log, and takes the architecture from a parameter", () => {
    expect(Resources["Role"]?.Properties["ManagedPolicyArns"]).toEqual([
      {
        "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
      },
    ]);
    expect(Resources["Function"]?.Properties["Architectures"]).toEqual([{ Ref: "Architecture" }]);
  });

  test("notifies a topic of failed runs and of runs that ended early, if a topic is given", () => {
    const AlarmActions = ["HasAlarmTopic", [{ Ref: "AlarmTopicArn" }], { Ref: "AWS::NoValue" }];
    expect(Resources["ErrorAlarm"]?.Properties).toMatchObject({
      MetricName: "Errors",
      Dimensions: [{ Name: "FunctionName", Value: { Ref: "Function" } }],
      AlarmActions,
    });
    expect(Resources["IncompleteAlarm"]?.Properties).toMatchObject({
      Namespace: "EcrCleaner",
      MetricName: "RunIncomplete",
      Dimensions: [{ Name: "DryRun", Value: { Ref: "DryRun" } }],
      Threshold: 1,
      AlarmActions,
    });
  });

  test("accepts the ids of all sources as the sources to read, and no other text", () => {
    const pattern = new RegExp(Parameters["InUseSources"]?.AllowedPattern ?? "");
    for (const text of ["all", ...SOURCE_IDS, SOURCE_IDS.join(" "), SOURCE_IDS.join(", ")]) {
      expect(text).toMatch(pattern);
    }
    for (const text of ["", "full", "ECS2", "ecs;lambda", "all ecs"])
      expect(text).not.toMatch(pattern);
  });

  test("runs every night with the longest timeout of Lambda", () => {
    expect(Parameters["ScheduleExpression"]?.Default).toBe("cron(0 0 * * ? *)");
    expect(Resources["Function"]?.Properties).toMatchObject({ PackageType: "Image", Timeout: 900 });
  });
});
