import { describe, expect, test } from "vitest";

import type { AccountParts } from "../../simulator/account.ts";
import { app } from "../../accounts.ts";
import { CLUSTER, arnOf, readSource, taskTarget } from "../read-source.ts";

type Schedules = NonNullable<AccountParts["scheduleGroups"]>[string];

const inDefault = (...targets: Schedules[string]["target"][]): AccountParts => ({
  scheduleGroups: {
    default: Object.fromEntries(targets.map((target, i) => [`s${i}`, { target }])),
  },
});

/** A target that calls the AWS SDK. */
const sdkTarget = (call: string, input: unknown, partition = "aws") => ({
  Arn: `arn:${partition}:scheduler:::aws-sdk:${call}`,
  Input: typeof input === "string" ? input : JSON.stringify(input),
});

describe("of schedules, a scan sees", () => {
  test.for<{ name: string; parts: AccountParts; used: string[] }>([
    {
      name: "the task definition of an ECS target, by ARN",
      parts: inDefault(taskTarget(arnOf("ecs", "task-definition/job:1"))),
      used: ["v1"],
    },
    {
      name: "the newest revision of a family",
      parts: inDefault(taskTarget(arnOf("ecs", "task-definition/job"))),
      used: ["v3"],
    },
    {
      name: "schedules of every group, disabled ones too",
      parts: {
        scheduleGroups: {
          default: { one: { target: taskTarget("job:1") } },
          other: { one: { target: taskTarget("job:2"), state: "DISABLED" } },
        },
      },
      used: ["v1", "v2"],
    },
    {
      name: "runTask by the AWS SDK, with an ARN, a revision or a family",
      parts: inDefault(
        sdkTarget("ecs:runTask", { TaskDefinition: arnOf("ecs", "task-definition/job:1") }),
        sdkTarget("ecs:runTask", { Cluster: "main", TaskDefinition: "job:2" }),
        sdkTarget("ecs:runTask", { TaskDefinition: "other" }, "aws-cn"),
      ),
      used: ["v1", "v2", "v4"],
    },
    {
      name: "a service that is updated by the AWS SDK",
      parts: inDefault(
        sdkTarget("ecs:updateService", { Service: "web", TaskDefinition: "job:2" }),
        sdkTarget("ecs:updateService", { Service: "web", DesiredCount: 2 }),
      ),
      used: ["v2"],
    },
    {
      name: "ECR references in the parameters of a SageMaker pipeline",
      parts: inDefault({
        Arn: arnOf("sagemaker", "pipeline/train"),
        SageMakerPipelineParameters: {
          PipelineParameterList: [{ Name: "Image", Value: app("v1") }],
        },
      }),
      used: ["v1"],
    },
    {
      name: "ECR references in the input of any call of the AWS SDK",
      parts: inDefault(
        sdkTarget("codebuild:startBuild", { ImageOverride: app("v1") }),
        sdkTarget("batch:submitJob", { Parameters: { image: app("v2") } }),
      ),
      used: ["v1", "v2"],
    },
    {
      name: "ECR references in an input that is no JSON",
      parts: inDefault(sdkTarget("ecs:runTask", `{"TaskDefinition": ${app("v1")}`)),
      used: ["v1"],
    },
    {
      name: "nothing in an input that has no task definition",
      parts: inDefault(
        sdkTarget("ecs:runTask", "[]"),
        sdkTarget("ecs:runTask", { TaskDefinition: 1 }),
        { Arn: "arn:aws:scheduler:::aws-sdk:ecs:runTask" },
        sdkTarget("sns:publish", { TaskDefinition: "job:1" }),
      ),
      used: [],
    },
  ])("$name", async ({ parts, used }) => {
    const result = await readSource("scheduler", parts);
    expect(result.used).toEqual(used);
    expect(result.blindSpots).toEqual([]);
  });

  test("all of more than one page, and asks only for those that can start tasks", async () => {
    const queues = Array.from({ length: 250 }, () => ({ Arn: arnOf("sqs", "queue") }));
    const { used, calls } = await readSource(
      "scheduler",
      inDefault(...queues, taskTarget("job:1"), sdkTarget("sns:publish", {})),
    );
    expect(used).toEqual(["v1"]);
    expect(calls.filter(({ action }) => action === "scheduler:ListSchedules")).toHaveLength(3);
    expect(calls.filter(({ action }) => action === "scheduler:GetSchedule")).toHaveLength(2);
  });

  test("where it is used: the schedule by group and name", async () => {
    const { placesOf } = await readSource("scheduler", inDefault(taskTarget("job:1")));
    expect(placesOf("v1")).toEqual(["EventBridge Scheduler schedule default/s0, by job:1"]);
  });
});

test("an account without schedules costs one call", async () => {
  const { calls } = await readSource("scheduler", {});
  expect(calls).toHaveLength(1);
});

test("in place of a revision that is gone and that a schedule names, the newest one of its family counts", async () => {
  const parts = inDefault(
    taskTarget("job:9"),
    sdkTarget("ecs:runTask", { TaskDefinition: "never-existed" }),
    taskTarget("job:1"),
  );
  const { used, status } = await readSource("scheduler", parts);
  expect({ used, status }).toEqual({ used: ["v1", "v3"], status: "complete" });
});

test("an ECS target without its task definition is an incomplete answer", async () => {
  await expect(readSource("scheduler", inDefault({ Arn: CLUSTER }))).rejects.toThrow(
    "scheduler:GetSchedule failed for EventBridge Scheduler schedule default/s0",
  );
});
