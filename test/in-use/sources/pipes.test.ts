import { describe, expect, test } from "vitest";

import type { AccountParts } from "../../simulator/account.ts";
import { app } from "../../accounts.ts";
import { CLUSTER, arnOf, readSource } from "../read-source.ts";

const pipe = (TaskDefinitionArn: string, more: object = {}) => ({
  target: CLUSTER,
  targetParameters: { EcsTaskParameters: { TaskDefinitionArn }, ...more },
});

describe("of pipes, a scan sees", () => {
  test.for<{ name: string; pipes: NonNullable<AccountParts["pipes"]>; used: string[] }>([
    {
      name: "the task definition of an ECS target, by ARN",
      pipes: { fill: pipe(arnOf("ecs", "task-definition/job:1")) },
      used: ["v1"],
    },
    {
      name: "the newest revision of a family",
      pipes: { fill: pipe(arnOf("ecs", "task-definition/job")) },
      used: ["v3"],
    },
    {
      name: "stopped pipes too",
      pipes: { fill: { ...pipe("job:1"), state: "STOPPED" } },
      used: ["v1"],
    },
    {
      name: "ECR references in what a target is given",
      pipes: { fill: pipe("job:1", { InputTemplate: `{"image": "${app("v2")}"}` }) },
      used: ["v1", "v2"],
    },
    {
      name: "a cluster in another partition",
      pipes: { fill: { ...pipe("job:2"), target: CLUSTER.replace("arn:aws:", "arn:aws-cn:") } },
      used: ["v2"],
    },
  ])("$name", async ({ pipes, used }) => {
    const result = await readSource("pipes", { pipes });
    expect(result.used).toEqual(used);
    expect(result.blindSpots).toEqual([]);
  });

  test("all of more than one page, and asks only for those that start tasks", async () => {
    const queues = Array.from({ length: 150 }, (_, i) => [
      `queue${i}`,
      { target: arnOf("sqs", "q") },
    ]);
    const { used, calls } = await readSource("pipes", {
      pipes: { ...Object.fromEntries(queues), fill: pipe("job:1") },
    });
    expect(used).toEqual(["v1"]);
    expect(calls.filter(({ action }) => action === "pipes:ListPipes")).toHaveLength(2);
    expect(calls.filter(({ action }) => action === "pipes:DescribePipe")).toHaveLength(1);
  });

  test("where it is used: the pipe by its name", async () => {
    const { placesOf } = await readSource("pipes", { pipes: { fill: pipe("job:1") } });
    expect(placesOf("v1")).toEqual(["EventBridge pipe fill, by job:1"]);
  });
});

test("an account without pipes costs one call", async () => {
  const { calls } = await readSource("pipes", {});
  expect(calls).toHaveLength(1);
});

test("a pipe that gets another target during the scan starts no tasks", async () => {
  const { used } = await readSource(
    "pipes",
    { pipes: { fill: pipe("job:1"), drain: pipe("job:2") } },
    {
      before: {
        "pipes:DescribePipe": ({ pipes }) => pipes.set("fill", { target: arnOf("sqs", "queue") }),
      },
    },
  );
  expect(used).toEqual(["v2"]);
});

test("in place of a revision that is gone and that a pipe names, the newest one of its family counts", async () => {
  const { used, status } = await readSource("pipes", {
    pipes: { dead: pipe("job:9"), alive: pipe("job:1") },
  });
  expect({ used, status }).toEqual({ used: ["v1", "v3"], status: "complete" });
});

test("an ECS target without its task definition is an incomplete answer", async () => {
  await expect(readSource("pipes", { pipes: { fill: { target: CLUSTER } } })).rejects.toThrow(
    "pipes:DescribePipe failed for EventBridge pipe",
  );
});
