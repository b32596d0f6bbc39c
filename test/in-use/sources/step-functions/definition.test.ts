import { describe, expect, test } from "vitest";

import { readDefinition } from "../../../../src/in-use/sources/step-functions/definition.ts";

const RUN_TASK = "arn:aws:states:::ecs:runTask";
const IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v1";

/** A definition with one state. */
const withState = (state: object) => ({ StartAt: "Run", States: { Run: state } });

const task = (TaskDefinition: unknown, more: object = {}) => ({
  Type: "Task",
  Resource: RUN_TASK,
  Parameters: { TaskDefinition },
  ...more,
});

const read = (definition: unknown) => readDefinition(JSON.stringify(definition));

describe("the task definition is found", () => {
  test.for([
    ...["", ".sync", ".waitForTaskToken"].map((pattern) => `ecs:runTask${pattern}`),
    "aws-sdk:ecs:runTask",
    "aws-sdk:ecs:startTask",
    "aws-sdk:ecs:createService",
    "aws-sdk:ecs:updateService",
    "aws-sdk:ecs:createTaskSet",
  ])("of %s, in every partition", (call) => {
    for (const partition of ["aws", "aws-cn", "aws-us-gov"]) {
      const state = task("job:1", { Resource: `arn:${partition}:states:::${call}` });
      expect(read(withState(state)).taskStarts).toEqual([
        { state: "Run", taskDefinition: "job:1", hasOwnRole: false },
      ]);
    }
  });

  test.for([
    { name: "in a Parallel state", nest: (inner: object) => ({ Branches: [{}, inner] }) },
    { name: "in a Map state", nest: (inner: object) => ({ ItemProcessor: inner }) },
    { name: "in a Map state of old", nest: (inner: object) => ({ Iterator: inner }) },
    {
      name: "in a Map state in a Parallel state in a Map state",
      nest: (inner: object) => ({
        ItemProcessor: withState({ Branches: [withState({ Iterator: inner })] }),
      }),
    },
  ])("$name", ({ nest }) => {
    const { taskStarts } = read(withState({ Type: "Outer", ...nest(withState(task("job"))) }));
    expect(taskStarts).toEqual([{ state: "Run", taskDefinition: "job", hasOwnRole: false }]);
  });

  test("in the arguments of a state that uses JSONata", () => {
    const state = {
      Resource: RUN_TASK,
      Arguments: { TaskDefinition: "job", Cluster: "{% $cluster %}" },
    };
    expect(read(withState(state)).taskStarts).toMatchObject([{ taskDefinition: "job" }]);
  });

  test("with the name of its state, one for each", () => {
    const { taskStarts } = read({ States: { First: task("a"), Second: task("b"), Wait: {} } });
    expect(taskStarts).toMatchObject([
      { state: "First", taskDefinition: "a" },
      { state: "Second", taskDefinition: "b" },
    ]);
  });

  test("and whether the state has a role of its own", () => {
    const state = task("job", {
      Credentials: { RoleArn: "arn:aws:iam::210987654321:role/runner" },
    });
    expect(read(withState(state)).taskStarts).toMatchObject([{ hasOwnRole: true }]);
  });
});

describe("the task definition is chosen at run time", () => {
  test.for([
    { name: "by a path", state: { Parameters: { "TaskDefinition.$": "$.task" } } },
    { name: "by an expression", state: { Arguments: { TaskDefinition: "{% $task %}" } } },
    { name: "by an expression for all arguments", state: { Arguments: "{% $arguments %}" } },
    { name: "by the input of a state without parameters", state: {} },
    { name: "by something that is no text", state: { Parameters: { TaskDefinition: {} } } },
  ])("$name", ({ state }) => {
    const { taskStarts } = read(withState({ Resource: RUN_TASK, ...state }));
    expect(taskStarts).toEqual([{ state: "Run", hasOwnRole: false }]);
  });
});

test.for([
  { name: "a state of another service", state: task("job", { Resource: "arn:aws:states:::sqs" }) },
  {
    name: "a call to ECS that starts nothing",
    state: task("job", { Resource: "arn:aws:states:::aws-sdk:ecs:describeTaskDefinition" }),
  },
  {
    name: "an update of a service that keeps its task definition",
    state: {
      Resource: "arn:aws:states:::aws-sdk:ecs:updateService",
      Parameters: { DesiredCount: 2 },
    },
  },
  {
    name: "a state without a resource",
    state: { Type: "Pass", Result: { TaskDefinition: "job" } },
  },
])("$name starts no tasks", ({ state }) => {
  expect(read(withState(state)).taskStarts).toEqual([]);
});

describe("ECR references are found", () => {
  test.for([
    { name: "in any member", definition: { Comment: IMAGE } },
    { name: "in a text inside of a text", definition: { Input: JSON.stringify({ a: [IMAGE] }) } },
    { name: "in an expression", definition: { Arguments: { Image: `{% '${IMAGE}' %}` } } },
    { name: "in a path's template", definition: { "Image.$": `States.Format('${IMAGE}')` } },
  ])("$name", ({ definition }) => {
    expect(read(definition).images).toEqual([IMAGE]);
  });

  test("with escaped slashes", () => {
    expect(readDefinition(JSON.stringify([IMAGE]).replaceAll("/", String.raw`\/`)).images).toEqual([
      IMAGE,
    ]);
  });

  test("as unreadable if their tag is chosen at run time", () => {
    const repository = IMAGE.replace("v1", "");
    const definition = {
      "Image.$": `States.Format('${repository}{}', $.tag)`,
      // As Terraform writes an ampersand.
      Image: `{% '${repository}v1-' & $tag %}`,
    };
    const text = JSON.stringify(definition).replaceAll("&", String.raw`\u0026`);
    expect(readDefinition(text).images).toEqual([`${repository}{}`, `${repository}v1-{}`]);
  });
});

test.for([`not JSON, but ${IMAGE}`, `["${IMAGE}"]`])("%s is no definition, but a text", (text) => {
  expect(readDefinition(text)).toEqual({ images: [IMAGE], taskStarts: [], isReadable: false });
});
