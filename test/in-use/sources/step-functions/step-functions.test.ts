import { describe, expect, test } from "vitest";

import type { AccountParts } from "../../../simulator/account.ts";
import type { Fault } from "../../../simulator/faults.ts";
import { app } from "../../../accounts.ts";
import { arnOf, readSource } from "../../read-source.ts";

type Machines = NonNullable<AccountParts["stateMachines"]>;

const runTask = (TaskDefinition: string, more: object = {}) => ({
  Resource: "arn:aws:states:::ecs:runTask.sync",
  Parameters: { TaskDefinition },
  ...more,
});

const definition = (state: object) => ({ States: { Run: state } });

const MACHINE = "order";

describe("of state machines, a scan sees", () => {
  test.for<{ name: string; machines: Machines; used: string[] }>([
    {
      name: "the task definitions of all of their states, by ARN, revision or family",
      machines: {
        order: {
          definition: {
            States: {
              A: runTask(arnOf("ecs", "task-definition/job:1")),
              B: runTask("job:2"),
              C: { ItemProcessor: definition(runTask("other")) },
            },
          },
        },
      },
      used: ["v1", "v2", "v4"],
    },
    {
      name: "every published version",
      machines: {
        order: {
          definition: definition(runTask("job:3")),
          versions: { 1: definition(runTask("job:1")), 2: definition(runTask("job:2")) },
        },
        report: { definition: {}, versions: { 7: definition(runTask("other:1")) } },
      },
      used: ["v1", "v2", "v3", "v4"],
    },
    {
      name: "ECR references, such as those of a training job",
      machines: {
        train: {
          definition: definition({
            Resource: "arn:aws:states:::sagemaker:createTrainingJob.sync",
            Parameters: { AlgorithmSpecification: { TrainingImage: app("v2") } },
          }),
        },
      },
      used: ["v2"],
    },
    {
      name: "the whole repository of an image whose tag is chosen at run time",
      machines: {
        train: {
          definition: definition({
            Parameters: { "TrainingImage.$": `States.Format('${app("{}")}', $.tag)` },
          }),
        },
      },
      used: ["v1", "v2", "v3", "v4"],
    },
  ])("$name", async ({ machines, used }) => {
    const result = await readSource("step-functions", { stateMachines: machines });
    expect(result.used).toEqual(used);
    expect(result.blindSpots).toEqual([]);
  });

  test("all of more than one page, of machines and versions", async () => {
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [i + 1, {}]));
    const { used } = await readSource("step-functions", {
      stateMachines: {
        ...Object.fromEntries(Object.keys(many).map((i) => [`m${i}`, { definition: {} }])),
        // Step Functions lists the newest version first.
        order: { definition: {}, versions: { ...many, 1: definition(runTask("job:1")) } },
      },
    });
    expect(used).toEqual(["v1"]);
  });

  test("where it is used: the state machine by its name, a version by its number", async () => {
    const { placesOf } = await readSource("step-functions", {
      stateMachines: {
        order: {
          definition: definition(runTask("job:1")),
          versions: { 2: definition(runTask("job:2")) },
        },
      },
    });
    expect(placesOf("v1")).toEqual([`Step Functions state machine ${MACHINE}, by job:1`]);
    expect(placesOf("v2")).toEqual([`Step Functions state machine ${MACHINE}:2, by job:2`]);
  });
});

test("an account without state machines costs one call", async () => {
  const { calls } = await readSource("step-functions", {});
  expect(calls).toHaveLength(1);
});

describe("a warning names a state machine", () => {
  const machine = `Step Functions state machine ${MACHINE}`;
  test.for<{ name: string; definition: string | object; blindSpots: string[]; used: string[] }>([
    {
      name: "that chooses a task definition at run time",
      definition: {
        States: {
          Fixed: runTask("job:1"),
          Free: { ...runTask(""), Parameters: { "TaskDefinition.$": "$.task" } },
        },
      },
      blindSpots: [`${machine} chooses the task definition of its state "Free" at run time`],
      used: ["v1"],
    },
    {
      name: "that may start tasks in another account",
      definition: definition(runTask("job:1", { Credentials: { "RoleArn.$": "$.role" } })),
      blindSpots: [`${machine} may start the tasks of its state "Run" in another account`],
      used: ["v1"],
    },
    {
      name: "whose definition cannot be read",
      definition: `no JSON: ${app("v2")}`,
      blindSpots: [`${machine} has a definition that is no JSON object`],
      used: ["v2"],
    },
  ])("$name", async ({ definition: ofOrder, blindSpots, used }) => {
    const result = await readSource("step-functions", {
      stateMachines: { order: { definition: ofOrder } },
    });
    expect(result).toMatchObject({ status: "complete", blindSpots, used });
    expect(result.warnings).toEqual(
      blindSpots.map((blindSpot) =>
        expect.objectContaining({ source: "step-functions", blindSpot }),
      ),
    );
  });
});

test("a state machine whose key the role may not use stops the run, with what to allow", async () => {
  const denied: Fault = {
    kind: "error",
    code: "KmsAccessDeniedException",
    message: "Access to the key is denied",
    status: 400,
  };
  const reading = readSource(
    "step-functions",
    { stateMachines: { order: { definition: {} }, secret: { definition: {} } } },
    {
      faults: (action, { stateMachineArn }) =>
        action === "states:DescribeStateMachine" && stateMachineArn.endsWith("secret")
          ? denied
          : undefined,
    },
  );
  await expect(reading).rejects.toThrow(
    `states:DescribeStateMachine failed for state machine ${arnOf("states", "stateMachine:secret")}`,
  );
  await expect(reading).rejects.toThrow(
    "allow kms:Decrypt for this role, with the KMS key that encrypts the resource",
  );
});

test("in place of a revision that is gone and that a state machine names, the newest one of its family counts", async () => {
  const { used, status } = await readSource("step-functions", {
    stateMachines: {
      dead: { definition: definition(runTask("job:9")) },
      alive: { definition: definition(runTask("job:1")) },
    },
  });
  expect({ used, status }).toEqual({ used: ["v1", "v3"], status: "complete" });
});

test("a state machine whose KMS key is disabled is a blind spot: the others are read", async () => {
  const { used, blindSpots } = await readSource(
    "step-functions",
    {
      stateMachines: {
        closed: { definition: definition(runTask("job:2")) },
        open: { definition: definition(runTask("job:1")) },
      },
    },
    {
      faults: (action, { stateMachineArn }) =>
        action === "states:DescribeStateMachine" && stateMachineArn.endsWith(":closed")
          ? {
              kind: "error",
              code: "KmsInvalidStateException",
              message: "The key is disabled.",
              status: 400,
            }
          : undefined,
    },
  );
  expect(used).toEqual(["v1"]);
  expect(blindSpots).toEqual([
    "Step Functions state machine closed is encrypted with a KMS key that is disabled or gone",
  ]);
});

test("the throttling of a KMS key is waited for", async () => {
  const { used } = await readSource(
    "step-functions",
    { stateMachines: { open: { definition: definition(runTask("job:1")) } } },
    {
      faults: (action, _, nth) =>
        action === "states:DescribeStateMachine" && nth < 2
          ? {
              kind: "error",
              code: "KmsThrottlingException",
              message: "Too many requests.",
              status: 400,
            }
          : undefined,
    },
  );
  expect(used).toEqual(["v1"]);
});
