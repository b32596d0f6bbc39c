import { describe, expect, test } from "vitest";

import { app } from "../../accounts.ts";
import type { AccountParts } from "../../simulator/account.ts";
import { readSource } from "../read-source.ts";

type Properties = NonNullable<AccountParts["jobDefinitions"]>[string]["properties"];

const definition = (properties: Properties): AccountParts => ({
  jobDefinitions: { "report:1": { properties } },
});

const job = (status: string, properties: Properties): AccountParts => ({
  jobQueues: { main: { report: { status, properties } } },
});

describe("the AWS Batch source", () => {
  test.for<{ name: string; parts: AccountParts; used: string[] }>([
    {
      name: "reports the image of a job definition's container",
      parts: definition({ containerProperties: { image: app("v1") } }),
      used: ["v1"],
    },
    {
      name: "reports every container of every ECS task",
      parts: definition({
        ecsProperties: {
          taskProperties: [
            { containers: [{ image: app("v1") }, { image: app("v2") }] },
            { containers: [{ image: app("v3") }] },
          ],
        },
      }),
      used: ["v1", "v2", "v3"],
    },
    {
      name: "reports the containers and the init containers of a pod",
      parts: definition({
        eksProperties: {
          podProperties: {
            containers: [{ image: app("v1") }],
            initContainers: [{ image: app("v2") }],
          },
        },
      }),
      used: ["v1", "v2"],
    },
    {
      name: "reports the containers of every range of nodes",
      parts: definition({
        nodeProperties: {
          nodeRangeProperties: [
            { container: { image: app("v1") } },
            { ecsProperties: { taskProperties: [{ containers: [{ image: app("v2") }] }] } },
          ],
        },
      }),
      used: ["v1", "v2"],
    },
    {
      name: "reports ECR references in environment values and commands",
      parts: definition({
        containerProperties: {
          image: app("v1"),
          command: ["run", app("v2")],
          environment: [{ name: "HELPER", value: app("v3") }],
        },
      }),
      used: ["v1", "v2", "v3"],
    },
    ...["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING"].map((status) => ({
      name: `reports the image of a job that is ${status}`,
      parts: job(status, { container: { image: app("v1") } }),
      used: ["v1"],
    })),
    ...["SUCCEEDED", "FAILED"].map((status) => ({
      name: `does not report the image of a job that has ${status}`,
      parts: job(status, { container: { image: app("v1") } }),
      used: [],
    })),
    {
      name: "does not report a job definition that is no longer ACTIVE",
      parts: {
        jobDefinitions: {
          "report:1": {
            status: "INACTIVE",
            properties: { containerProperties: { image: app("v1") } },
          },
        },
      },
      used: [],
    },
  ])("$name", async ({ parts, used }) => {
    expect((await readSource("batch", parts)).used).toEqual(used);
  });

  test("names the job definition or the job that uses an image", async () => {
    const { placesOf } = await readSource("batch", {
      ...definition({ containerProperties: { image: app("v1") } }),
      ...job("RUNNING", { container: { image: app("v2") } }),
    });
    expect(placesOf("v1")).toEqual(["AWS Batch job definition report:1"]);
    expect(placesOf("v2")).toEqual(["AWS Batch job report (report)"]);
  });

  test("reports a job that moves to the next status while jobs are listed", async () => {
    let lists = 0;
    const { used } = await readSource(
      "batch",
      job("RUNNABLE", { container: { image: app("v1") } }),
      {
        before: {
          "batch:ListJobs": ({ jobQueues }) => {
            lists += 1;
            // RUNNABLE is the third status that is listed.
            if (lists !== 3) return;
            jobQueues.get("main")?.set("report", {
              status: "STARTING",
              properties: { container: { image: app("v1") } },
            });
          },
        },
      },
    );
    expect(used).toEqual(["v1"]);
  });

  test("fails if AWS Batch goes on listing a job that it does not describe", async () => {
    const reading = readSource("batch", job("RUNNING", { container: { image: app("v1") } }), {
      answers: { "batch:DescribeJobs": () => ({ jobs: [] }) },
    });
    await expect(reading).rejects.toThrow(
      "batch:DescribeJobs failed for AWS Batch jobs report: AWS Batch described 0 of 1",
    );
  });

  test("fails if AWS Batch refuses to list the jobs of a queue that is there", async () => {
    const reading = readSource("batch", job("RUNNING", { container: { image: app("v1") } }), {
      faults: (action) =>
        action === "batch:ListJobs"
          ? { kind: "error", code: "ClientException", message: "Invalid queue.", status: 400 }
          : undefined,
    });
    await expect(reading).rejects.toThrow("batch:ListJobs failed for AWS Batch job queue");
  });

  test("fails on a job definition without any image", async () => {
    await expect(readSource("batch", definition({ containerProperties: {} }))).rejects.toThrow(
      "batch:DescribeJobDefinitions failed for AWS Batch job definition report:1",
    );
  });

  test("lists no jobs of a queue of SageMaker training jobs", async () => {
    const { status, calls } = await readSource(
      "batch",
      {},
      {
        answers: {
          "batch:DescribeJobQueues": () => ({
            jobQueues: [{ jobQueueArn: "training", jobQueueType: "SAGEMAKER_TRAINING" }],
          }),
        },
      },
    );
    expect(status).toBe("complete");
    expect(calls.map(({ action }) => action)).not.toContain("batch:ListJobs");
  });
});
