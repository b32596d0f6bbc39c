import { describe, expect, test } from "vitest";

import { app } from "../../../accounts.ts";
import { digestOf } from "../../../simulator/account.ts";
import { type Case, scan } from "../../scan-account.ts";

describe("the ECS source", () => {
  test.for<Case>([
    {
      name: "reports the source, target and rollback revisions of a deployment in progress",
      clusters: {
        main: {
          web: {
            earlierRevisions: {
              from: [{ image: app("v1") }],
              to: [{ image: app("v2") }],
              back: [{ image: app("v3") }],
            },
            currentDeployment: { sources: ["from"], target: "to", rollback: "back" },
          },
        },
      },
      expected: ["v1", "v2", "v3"],
    },
    {
      name: "does not report the source of a deployment that has succeeded",
      clusters: {
        main: {
          web: {
            earlierRevisions: { from: [{ image: app("v1") }] },
            currentDeployment: { sources: ["from"], status: "SUCCESSFUL" },
          },
        },
      },
      expected: [],
    },
    {
      name: "reports the image and the task definition of an Express service",
      clusters: {
        main: { hello: { express: [{ image: app("v1"), taskDefinition: "hello:1" }] } },
      },
      taskDefinitions: { "hello:1": [app("v2")] },
      expected: ["v1", "v2"],
    },
    {
      name: "reports ECR references in the environment of a task definition",
      clusters: { main: { web: { taskDefinition: "web:1" } } },
      taskDefinitions: { "web:1": [app("v1")] },
      environments: { "web:1": { JOB_IMAGE: `run ${app("v2")} now`, OTHER: "v3" } },
      expected: ["v1", "v2"],
    },
  ])("$name", async ({ expected, ...parts }) => {
    const { inUse } = await scan(parts);
    expect(inUse).toEqual(expected);
  });

  test("reports the digest that a deployment can roll back to", async () => {
    const { placesOf } = await scan({
      clusters: {
        main: {
          web: {
            earlierRevisions: { back: [{ image: app("v1"), digest: digestOf("before") }] },
            currentDeployment: { rollback: "back" },
          },
        },
      },
    });
    expect(placesOf(digestOf("before"))).toHaveLength(1);
  });

  test.for(["aws-guardduty-agent-x1", "ecs-service-connect-x1"])(
    "does not describe a task definition because of the container %s, which has no image",
    async (name) => {
      const { calls } = await scan({
        tasks: {
          main: [{ taskDefinition: "job:1", containers: [{ image: app("v1") }, { name }] }],
        },
        taskDefinitions: { "job:1": [app("v1")] },
      });
      const actions = calls.map(({ action }) => action);
      expect(actions).not.toContain("ecs:DescribeTaskDefinition");
    },
  );
});
