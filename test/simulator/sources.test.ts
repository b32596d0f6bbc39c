import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from "@aws-sdk/client-eventbridge";
import { describe, expect, test } from "vitest";

import { type AccountParts, REGION, createAccount } from "./account.ts";
import { ask, settings } from "./ask.ts";
import { startSimulator } from "./simulator.ts";

const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${REGION}:123456789012:${resource}`;

const CLUSTER = arn("ecs", "cluster/main");
const MACHINE = arn("states", "stateMachine:order");

/** An account that has one of everything. */
const parts: AccountParts = {
  eventBuses: {
    default: {
      nightly: {
        state: "DISABLED",
        targets: [{ Arn: CLUSTER, EcsParameters: { TaskDefinitionArn: "job" } }],
      },
    },
    orders: { ordered: { targets: [{ Arn: CLUSTER }, { Arn: "queue" }] } },
  },
  scheduleGroups: {
    default: { nightly: { target: { Arn: CLUSTER, EcsParameters: { TaskDefinitionArn: "job" } } } },
    other: {
      "at noon": { target: { Arn: "arn:aws:scheduler:::aws-sdk:ecs:runTask", Input: "{}" } },
    },
  },
  pipes: {
    fill: {
      target: CLUSTER,
      targetParameters: { EcsTaskParameters: { TaskDefinitionArn: "job" } },
    },
    drain: { target: "queue", state: "STOPPED" },
  },
  stateMachines: {
    order: { definition: { States: {} }, versions: { 1: "first", 2: "second" }, aliases: ["live"] },
  },
  jobDefinitions: {
    "report:1": { status: "INACTIVE", properties: { containerProperties: { image: "old" } } },
    "report:2": { properties: { nodeProperties: { numNodes: 2 } } },
  },
  jobQueues: {
    main: {
      running: { status: "RUNNING", properties: { container: { image: "old" } } },
      waiting: { status: "RUNNABLE", jobDefinition: "report:2", properties: {} },
    },
  },
  sageMaker: {
    endpoints: { chat: { ProductionVariants: [{ DeployedImages: [{ SpecifiedImage: "i" }] }] } },
    models: { chat: { PrimaryContainer: { Image: "i" } } },
    inferenceComponents: { part: { Specification: { Container: {} } } },
    trainingJobs: {
      now: { AlgorithmSpecification: { TrainingImage: "i" } },
      before: { TrainingJobStatus: "Completed" },
    },
    processingJobs: { clean: { AppSpecification: { ImageUri: "i" } } },
    transformJobs: { score: { ModelName: "chat" } },
    pipelines: { weekly: { PipelineDefinition: "{}" } },
    modelPackages: { single: {}, "group/1": { InferenceSpecification: { Containers: [] } } },
    images: { notebook: { 1: "first", 2: "second" } },
  },
  functions: { mailer: { $LATEST: { environment: { LEVEL: "info" } } } },
  buildProjects: {
    site: { image: "builder", environment: { LEVEL: "info" }, buildspec: "version: 0.2" },
  },
  agentRuntimes: {
    agent: { 1: "first", 2: { image: "second", environment: { LEVEL: "info" } } },
    script: { 1: null },
  },
};

const post = (path: string) => `POST /v1/${path}`;
const states = (operation: string) => `AWSStepFunctions.${operation}`;
const sage = (operation: string) => `SageMaker.${operation}`;

test.for<{ request: string; input?: object; expected: object }>([
  {
    request: "AWSEvents.ListEventBuses",
    expected: { EventBuses: [{ Name: "default" }, { Name: "orders" }] },
  },
  {
    request: "AWSEvents.ListRules",
    expected: { Rules: [{ Name: "nightly", State: "DISABLED", EventBusName: "default" }] },
  },
  {
    request: "AWSEvents.ListRuleNamesByTarget",
    input: { TargetArn: CLUSTER, EventBusName: "orders" },
    expected: { RuleNames: ["ordered"] },
  },
  {
    request: "AWSEvents.ListTargetsByRule",
    input: { Rule: "ordered", EventBusName: arn("events", "event-bus/orders") },
    expected: { Targets: [{ Id: "target-0", Arn: CLUSTER }, { Arn: "queue" }] },
  },
  {
    request: "GET /schedules",
    expected: {
      Schedules: [
        { GroupName: "default", Target: { Arn: CLUSTER } },
        { Name: "at noon", GroupName: "other", State: "ENABLED" },
      ],
    },
  },
  {
    request: "GET /schedules?ScheduleGroup=other",
    expected: { Schedules: [{ Name: "at noon" }] },
  },
  {
    request: "GET /schedules/nightly",
    expected: { Target: { Arn: CLUSTER, EcsParameters: { TaskDefinitionArn: "job" } } },
  },
  {
    request: "GET /schedules/at%20noon?groupName=other",
    expected: { Name: "at noon", Target: { Input: "{}" } },
  },
  {
    request: `GET /v1/pipes?TargetPrefix=${CLUSTER}`,
    expected: { Pipes: [{ Name: "fill", CurrentState: "RUNNING", Target: CLUSTER }] },
  },
  {
    request: "GET /v1/pipes/fill",
    expected: { TargetParameters: { EcsTaskParameters: { TaskDefinitionArn: "job" } } },
  },
  {
    request: states("ListStateMachines"),
    expected: { stateMachines: [{ stateMachineArn: MACHINE, name: "order" }] },
  },
  {
    request: states("DescribeStateMachine"),
    input: { stateMachineArn: MACHINE },
    expected: { definition: '{"States":{}}' },
  },
  {
    request: states("DescribeStateMachine"),
    input: { stateMachineArn: `${MACHINE}:1` },
    expected: { name: "order", definition: "first" },
  },
  {
    request: states("ListStateMachineVersions"),
    input: { stateMachineArn: MACHINE },
    expected: {
      stateMachineVersions: [
        { stateMachineVersionArn: `${MACHINE}:2` },
        { stateMachineVersionArn: `${MACHINE}:1` },
      ],
    },
  },
  {
    request: states("ListStateMachineAliases"),
    input: { stateMachineArn: MACHINE },
    expected: { stateMachineAliases: [{ stateMachineAliasArn: `${MACHINE}:live` }] },
  },
  {
    request: post("describejobdefinitions"),
    input: { status: "ACTIVE" },
    expected: { jobDefinitions: [{ revision: 2, type: "multinode" }] },
  },
  {
    request: post("describejobdefinitions"),
    input: { jobDefinitions: ["report:1"] },
    expected: {
      jobDefinitions: [{ status: "INACTIVE", containerProperties: { image: "old" } }],
    },
  },
  {
    request: post("describejobdefinitions"),
    input: { jobDefinitionName: "report" },
    expected: { jobDefinitions: [{ revision: 1 }, { revision: 2 }] },
  },
  {
    request: post("describejobqueues"),
    input: {},
    expected: { jobQueues: [{ jobQueueName: "main" }] },
  },
  {
    request: post("listjobs"),
    input: { jobQueue: "main" },
    expected: { jobSummaryList: [{ jobId: "running" }] },
  },
  {
    request: post("listjobs"),
    input: { jobQueue: arn("batch", "job-queue/main"), jobStatus: "RUNNABLE" },
    expected: { jobSummaryList: [{ jobId: "waiting" }] },
  },
  {
    request: post("describejobs"),
    input: { jobs: ["gone", "waiting"] },
    expected: {
      jobs: [{ jobId: "waiting", jobDefinition: arn("batch", "job-definition/report:2") }],
    },
  },
  {
    request: sage("ListEndpoints"),
    expected: { Endpoints: [{ EndpointName: "chat", EndpointStatus: "InService" }] },
  },
  {
    request: sage("DescribeEndpoint"),
    input: { EndpointName: "chat" },
    expected: { ProductionVariants: [{ DeployedImages: [{ SpecifiedImage: "i" }] }] },
  },
  { request: sage("ListModels"), expected: { Models: [{ ModelName: "chat" }] } },
  {
    request: sage("DescribeModel"),
    input: { ModelName: "chat" },
    expected: { ModelArn: arn("sagemaker", "model/chat"), PrimaryContainer: { Image: "i" } },
  },
  {
    request: sage("ListInferenceComponents"),
    expected: { InferenceComponents: [{ InferenceComponentName: "part" }] },
  },
  {
    request: sage("DescribeInferenceComponent"),
    input: { InferenceComponentName: "part" },
    expected: { Specification: { Container: {} } },
  },
  {
    request: sage("ListTrainingJobs"),
    input: { StatusEquals: "InProgress" },
    expected: { TrainingJobSummaries: [{ TrainingJobName: "now" }] },
  },
  {
    request: sage("DescribeTrainingJob"),
    input: { TrainingJobName: "before" },
    expected: { TrainingJobStatus: "Completed" },
  },
  {
    request: sage("ListProcessingJobs"),
    expected: { ProcessingJobSummaries: [{ ProcessingJobStatus: "InProgress" }] },
  },
  {
    request: sage("DescribeProcessingJob"),
    input: { ProcessingJobName: "clean" },
    expected: { AppSpecification: { ImageUri: "i" } },
  },
  {
    request: sage("ListTransformJobs"),
    expected: { TransformJobSummaries: [{ TransformJobName: "score" }] },
  },
  {
    request: sage("DescribeTransformJob"),
    input: { TransformJobName: "score" },
    expected: { ModelName: "chat" },
  },
  {
    request: sage("ListPipelines"),
    expected: { PipelineSummaries: [{ PipelineName: "weekly" }] },
  },
  {
    request: sage("DescribePipeline"),
    input: { PipelineName: "weekly" },
    expected: { PipelineDefinition: "{}" },
  },
  {
    request: sage("ListModelPackages"),
    expected: { ModelPackageSummaryList: [{ ModelPackageName: "single" }] },
  },
  {
    request: sage("ListModelPackages"),
    input: { ModelPackageType: "Both" },
    expected: {
      ModelPackageSummaryList: [{ ModelPackageName: "single" }, { ModelPackageName: "group/1" }],
    },
  },
  {
    request: sage("ListModelPackages"),
    input: { ModelPackageGroupName: "group" },
    expected: { ModelPackageSummaryList: [{ ModelPackageName: "group/1" }] },
  },
  {
    request: sage("DescribeModelPackage"),
    input: { ModelPackageName: arn("sagemaker", "model-package/group/1") },
    expected: { InferenceSpecification: { Containers: [] } },
  },
  { request: sage("ListImages"), expected: { Images: [{ ImageName: "notebook" }] } },
  {
    request: sage("ListImageVersions"),
    input: { ImageName: "notebook" },
    expected: { ImageVersions: [{ Version: 1 }, { Version: 2 }] },
  },
  {
    request: sage("DescribeImageVersion"),
    input: { ImageName: "notebook" },
    expected: { Version: 2, ContainerImage: "second" },
  },
  { request: "CodeBuild_20161006.ListProjects", expected: { projects: ["site"] } },
  {
    request: "CodeBuild_20161006.BatchGetProjects",
    input: { names: ["gone", "site"] },
    expected: {
      projects: [
        {
          environment: {
            image: "builder",
            environmentVariables: [{ name: "LEVEL", value: "info" }],
          },
          source: { buildspec: "version: 0.2" },
        },
      ],
      projectsNotFound: ["gone"],
    },
  },
  {
    request: "GET /2015-03-31/functions/",
    expected: {
      Functions: [{ PackageType: "Zip", Environment: { Variables: { LEVEL: "info" } } }],
    },
  },
  {
    request: "POST /runtimes/",
    expected: {
      agentRuntimes: [
        { agentRuntimeId: "agent", agentRuntimeVersion: "2" },
        { agentRuntimeId: "script" },
      ],
    },
  },
  {
    request: "POST /runtimes/agent/versions/",
    expected: { agentRuntimes: [{ agentRuntimeVersion: "1" }, { agentRuntimeVersion: "2" }] },
  },
  {
    request: "GET /runtimes/agent/",
    expected: {
      agentRuntimeArtifact: { containerConfiguration: { containerUri: "second" } },
      environmentVariables: { LEVEL: "info" },
    },
  },
  {
    request: "GET /runtimes/agent/?version=1",
    expected: { agentRuntimeArtifact: { containerConfiguration: { containerUri: "first" } } },
  },
  {
    request: "GET /runtimes/script/",
    expected: { agentRuntimeArtifact: { codeConfiguration: {} } },
  },
])("$request answers $input", async ({ request, input, expected }) => {
  await using simulator = await startSimulator(createAccount(parts));
  const response = await ask(simulator, request, input);
  expect(await response.json()).toMatchObject(expected);
  expect(response.status).toBe(200);
});

test.for<{ request: string; input?: object; status: number; code: string }>([
  {
    request: "AWSEvents.ListRules",
    input: { EventBusName: "gone" },
    status: 400,
    code: "ResourceNotFoundException",
  },
  {
    request: "AWSEvents.ListTargetsByRule",
    input: { Rule: "gone" },
    status: 400,
    code: "ResourceNotFoundException",
  },
  { request: "GET /schedules/gone", status: 404, code: "ResourceNotFoundException" },
  { request: "GET /v1/pipes/gone", status: 404, code: "NotFoundException" },
  ...["DescribeStateMachine", "ListStateMachineVersions", "ListStateMachineAliases"].map(
    (operation) => ({
      request: states(operation),
      input: { stateMachineArn: arn("states", "stateMachine:gone") },
      status: 400,
      code: "StateMachineDoesNotExist",
    }),
  ),
  { request: post("listjobs"), input: { jobQueue: "gone" }, status: 400, code: "ClientException" },
  ...["Endpoint", "Model", "InferenceComponent", "ModelPackage"].map((noun) => ({
    request: sage(`Describe${noun}`),
    input: { [`${noun}Name`]: "gone" },
    status: 400,
    code: "ValidationException",
  })),
  ...["TrainingJob", "ProcessingJob", "TransformJob", "Pipeline"].map((noun) => ({
    request: sage(`Describe${noun}`),
    input: { [`${noun}Name`]: "gone" },
    status: 400,
    code: "ResourceNotFound",
  })),
  {
    request: sage("DescribeImageVersion"),
    input: { ImageName: "notebook", Version: 3 },
    status: 400,
    code: "ResourceNotFound",
  },
  { request: "GET /runtimes/gone/", status: 404, code: "ResourceNotFoundException" },
])("$request of what is gone is $code", async ({ request, input, status, code }) => {
  await using simulator = await startSimulator(createAccount(parts));
  const response = await ask(simulator, request, input);
  expect(response.status).toBe(status);
  expect(simulator.calls).toMatchObject([{ error: code }]);
});

describe("pages", () => {
  const many = <Part>(part: Part, length = 101): Record<string, Part> =>
    Object.fromEntries(Array.from({ length }, (_, i) => [`item-${i}`, part]));

  test.for<{ request: string; input?: object; parts: AccountParts; member: string; size: number }>([
    {
      request: "AWSEvents.ListEventBuses",
      parts: { eventBuses: many({}) },
      member: "EventBuses",
      size: 100,
    },
    {
      request: "AWSEvents.ListRules",
      parts: { eventBuses: { default: many({ targets: [] }) } },
      member: "Rules",
      size: 100,
    },
    {
      request: "GET /schedules",
      parts: { scheduleGroups: { default: many({ target: { Arn: CLUSTER } }) } },
      member: "Schedules",
      size: 100,
    },
    {
      request: "GET /v1/pipes?Limit=7",
      parts: { pipes: many({ target: CLUSTER }) },
      member: "Pipes",
      size: 7,
    },
    {
      request: states("ListStateMachines"),
      parts: { stateMachines: many({ definition: {} }) },
      member: "stateMachines",
      size: 100,
    },
    {
      request: post("listjobs"),
      input: { jobQueue: "main" },
      parts: { jobQueues: { main: many({ status: "RUNNING", properties: {} }, 1001) } },
      member: "jobSummaryList",
      size: 1000,
    },
    {
      request: sage("ListModels"),
      parts: { sageMaker: { models: many({}) } },
      member: "Models",
      size: 10,
    },
    {
      request: "CodeBuild_20161006.ListProjects",
      parts: { buildProjects: many("image") },
      member: "projects",
      size: 100,
    },
    {
      request: "POST /runtimes/",
      parts: { agentRuntimes: many({ 1: null }) },
      member: "agentRuntimes",
      size: 100,
    },
  ])("of $request have $size items", async ({ request, input, parts, member, size }) => {
    await using simulator = await startSimulator(createAccount(parts));
    const page = (await (await ask(simulator, request, input)).json()) as Record<string, unknown>;
    expect(page[member]).toHaveLength(size);
    expect(page["NextToken"] ?? page["nextToken"]).toBeDefined();
  });
});

test("the client of EventBridge gets its answers", async () => {
  await using simulator = await startSimulator(createAccount(parts));
  const client = new EventBridgeClient(settings(simulator));
  const { Rules } = await client.send(new ListRulesCommand());
  const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: Rules?.[0]?.Name }));
  expect(Targets?.[0]?.EcsParameters?.TaskDefinitionArn).toBe("job");
});
