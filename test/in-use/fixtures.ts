import { KINDS } from "../../src/in-use/sources/eks/workloads.ts";
import { app, numbered, recordOf } from "../accounts.ts";
import { controllerRevision, cronJob, pod, workload } from "../kubernetes-objects.ts";
import { type Account, type AccountParts, REGION } from "../simulator/account.ts";

/** The canonical key of the repository that the fixtures use. */
export const KEY = "123456789012/eu-west-1/app";

/** An account in which one source of evidence makes all its calls, and the evidence that the source must report. */
export interface Fixture {
  readonly parts: () => AccountParts;
  /** Tags of the repository `app` that the source must report. */
  readonly used: readonly string[];
  readonly calls: readonly string[];
  /** Calls that the statements allow and that this account does not need. */
  readonly notCalled?: readonly string[];
  /** Paged calls. */
  readonly paged: readonly string[];
  readonly vanishing: readonly Vanishing[];
}

/** One of several things that vanishes between two calls. */
interface Vanishing {
  readonly before: string;
  readonly vanish: (account: Account) => unknown;
  /** The tags that only this thing uses. */
  readonly tags: readonly string[];
}

const service = (name: string) => ({
  taskDefinition: `${name}:1`,
  revisions: [[{ image: app(`${name}-revision`) }]],
});

/** A service whose deployment in progress can roll back to a revision that no other answer names. */
const deploying = {
  ...service("web"),
  earlierRevisions: { before: [{ image: app("rollback") }] },
  currentDeployment: { sources: ["before"] },
};

const express = (...tags: string[]) => ({ express: tags.map((tag) => ({ image: app(tag) })) });

const ecsTask = (tag: string) => ({ taskProperties: [{ containers: [{ image: app(tag) }] }] });

const modelPackage = (name: string) =>
  `arn:aws:sagemaker:eu-west-1:123456789012:model-package/${name}`;

const deployed = (tag: string) => ({ DeployedImages: [{ SpecifiedImage: app(tag) }] });

const component = (tag: string) => ({
  Specification: { Container: { DeployedImage: { SpecifiedImage: app(tag) } } },
});

/** The target of a rule, a schedule or a pipe that starts ECS tasks. */
const CLUSTER = `arn:aws:ecs:${REGION}:123456789012:cluster/main`;

/** An ECS target that starts tasks from a task definition. */
const taskOf = (name: string) => ({ Arn: CLUSTER, EcsParameters: { TaskDefinitionArn: name } });

/** A state machine that runs one task. */
const machineOf = (name: string) => ({
  StartAt: "Run",
  States: {
    Run: {
      Type: "Task",
      Resource: "arn:aws:states:::ecs:runTask.sync",
      Parameters: { TaskDefinition: name },
      End: true,
    },
  },
});

/** Three task definitions that only one source names, each with an image of its name. */
const threeOf = (prefix: string) => ({
  [`${prefix}-one:1`]: [app(`${prefix}-one`)],
  [`${prefix}-two:1`]: [app(`${prefix}-two`)],
  [`${prefix}-three:1`]: [app(`${prefix}-three`)],
});

export const FIXTURES: Readonly<Record<string, Fixture>> = {
  ecs: {
    parts: () => ({
      clusters: {
        main: {
          web: deploying,
          api: service("api"),
          hello: express("express"),
          bye: express("express-2"),
        },
        batch: { job: service("job") },
      },
      tasks: {
        main: [{ containers: [{ image: app("one") }] }, { containers: [{ image: app("two") }] }],
        batch: [{ containers: [{ image: app("three") }] }],
      },
      taskDefinitions: {
        "web:1": [app("web")],
        "api:1": [app("api")],
        "job:1": [app("job")],
        "cli:1": [app("older")],
        "cli:2": [app("newest")],
      },
      environments: { "cli:2": { RUNNER_IMAGE: app("runner") } },
    }),
    used: (
      "web web-revision api api-revision job job-revision one two three newest runner " +
      "rollback express express-2"
    ).split(" "),
    calls: [
      "ecs:ListClusters",
      "ecs:ListServices",
      "ecs:DescribeServices",
      "ecs:DescribeTaskDefinition",
      "ecs:ListTasks",
      "ecs:DescribeTasks",
      "ecs:DescribeServiceRevisions",
      "ecs:DescribeServiceDeployments",
      "ecs:DescribeExpressGatewayService",
      "ecs:ListTaskDefinitions",
    ],
    notCalled: ["ecs:ListTaskDefinitionFamilies"],
    paged: ["ecs:ListClusters", "ecs:ListServices", "ecs:ListTasks", "ecs:ListTaskDefinitions"],
    vanishing: [
      {
        before: "ecs:ListServices",
        vanish: ({ clusters }) => clusters.delete("batch"),
        tags: ["job", "job-revision", "three"],
      },
      {
        before: "ecs:DescribeServices",
        vanish: ({ clusters }) => clusters.get("main")?.services.delete("web"),
        tags: ["web", "web-revision", "rollback"],
      },
      {
        before: "ecs:ListTasks",
        vanish: ({ clusters }) => clusters.delete("batch"),
        tags: ["job", "job-revision", "three"],
      },
      {
        before: "ecs:DescribeTasks",
        vanish: ({ clusters }) => clusters.get("main")?.tasks.delete("task-0"),
        tags: ["one"],
      },
      {
        before: "ecs:DescribeServiceRevisions",
        vanish: ({ clusters }) => clusters.delete("batch"),
        tags: ["job", "job-revision"],
      },
      {
        before: "ecs:DescribeExpressGatewayService",
        vanish: ({ clusters }) => clusters.get("main")?.services.delete("hello"),
        tags: ["express"],
      },
      {
        before: "ecs:DescribeServiceDeployments",
        vanish: ({ clusters }) => clusters.get("main")?.services.delete("web"),
        tags: ["web", "web-revision", "rollback"],
      },
      {
        before: "ecs:DescribeTaskDefinition",
        vanish: ({ clusters, taskDefinitions }) => {
          clusters.get("main")?.services.delete("web");
          taskDefinitions.delete("web:1");
        },
        tags: ["web", "web-revision", "rollback"],
      },
    ],
  },
  "ecs-daemons": {
    parts: () => ({
      clusters: { main: {}, batch: {} },
      daemons: {
        main: {
          agent: { current: [[{ image: app("agent") }]], earlier: [[{ image: app("earlier") }]] },
          log: { current: [[{ image: app("log") }]] },
          hidden: { current: [[{ image: app("hidden"), isHidden: true }]] },
        },
        batch: { agent: { current: [[{ image: app("batch") }]] } },
      },
    }),
    used: ["agent", "earlier", "log", "hidden", "batch"],
    calls: [
      "ecs:ListClusters",
      "ecs:ListDaemons",
      "ecs:DescribeDaemon",
      "ecs:DescribeDaemonDeployments",
      "ecs:DescribeDaemonRevisions",
      "ecs:DescribeDaemonTaskDefinition",
    ],
    paged: ["ecs:ListClusters", "ecs:ListDaemons"],
    vanishing: [
      {
        before: "ecs:ListDaemons",
        vanish: ({ clusters }) => clusters.delete("batch"),
        tags: ["batch"],
      },
      {
        before: "ecs:DescribeDaemon",
        vanish: ({ clusters }) => clusters.get("main")?.daemons.delete("log"),
        tags: ["log"],
      },
      {
        before: "ecs:DescribeDaemonRevisions",
        vanish: ({ clusters }) => clusters.delete("batch"),
        tags: ["batch"],
      },
    ],
  },
  lambda: {
    parts: () => ({
      functions: {
        mailer: { $LATEST: app("latest"), "1": app("published") },
        worker: app("worker"),
      },
    }),
    used: ["latest", "published", "worker"],
    calls: ["lambda:ListFunctions", "lambda:GetFunction"],
    paged: ["lambda:ListFunctions"],
    vanishing: [
      {
        before: "lambda:GetFunction",
        vanish: ({ functions }) => functions.get("mailer")?.versions.delete("1"),
        tags: ["published"],
      },
      {
        before: "lambda:GetFunction",
        vanish: ({ functions }) => functions.delete("worker"),
        tags: ["worker"],
      },
    ],
  },
  "app-runner": {
    parts: () => ({
      appRunnerServices: {
        landing: { status: "RUNNING", image: app("landing") },
        paused: { status: "PAUSED", image: app("paused") },
      },
    }),
    used: ["landing", "paused"],
    calls: ["apprunner:ListServices", "apprunner:DescribeService"],
    notCalled: ["ssm:GetParametersByPath"],
    paged: ["apprunner:ListServices"],
    vanishing: [
      {
        before: "apprunner:DescribeService",
        vanish: ({ appRunnerServices }) => appRunnerServices.delete("landing"),
        tags: ["landing"],
      },
    ],
  },
  batch: {
    parts: () => ({
      jobDefinitions: {
        "report:1": { properties: { containerProperties: { image: app("definition") } } },
        "report:2": { properties: { ecsProperties: ecsTask("definition-2") } },
        "old:1": {
          status: "INACTIVE",
          properties: { containerProperties: { image: app("deregistered") } },
        },
      },
      jobQueues: {
        fast: {
          "fast-1": { status: "RUNNING", properties: { container: { image: app("fast-1") } } },
          "fast-2": { status: "RUNNABLE", properties: { container: { image: app("fast-2") } } },
        },
        slow: { "slow-1": { status: "PENDING", properties: { ecsProperties: ecsTask("slow-1") } } },
      },
    }),
    used: ["definition", "definition-2", "fast-1", "fast-2", "slow-1"],
    calls: [
      "batch:DescribeJobDefinitions",
      "batch:DescribeJobQueues",
      "batch:ListJobs",
      "batch:DescribeJobs",
    ],
    paged: ["batch:DescribeJobDefinitions", "batch:DescribeJobQueues", "batch:ListJobs"],
    vanishing: [
      {
        before: "batch:ListJobs",
        vanish: ({ jobQueues }) => jobQueues.delete("slow"),
        tags: ["slow-1"],
      },
      {
        before: "batch:DescribeJobs",
        vanish: ({ jobQueues }) => jobQueues.get("fast")?.delete("fast-1"),
        tags: ["fast-1"],
      },
    ],
  },
  sagemaker: {
    parts: () => ({
      sageMaker: {
        models: {
          chat: { PrimaryContainer: { Image: app("model") } },
          packaged: { Containers: [{ ModelPackageName: modelPackage("chat/1") }] },
        },
        modelPackages: {
          "chat/1": { InferenceSpecification: { Containers: [{ Image: app("package") }] } },
        },
        endpoints: {
          chat: { ProductionVariants: [deployed("endpoint")] },
          search: { ProductionVariants: [deployed("endpoint-2")] },
        },
        inferenceComponents: {
          adapter: component("component"),
          base: component("component-2"),
        },
        trainingJobs: {
          train: { AlgorithmSpecification: { TrainingImage: app("training") } },
          "train-2": { AlgorithmSpecification: { TrainingImage: app("training-2") } },
          "train-3": { AlgorithmSpecification: { AlgorithmName: "own" } },
        },
        processingJobs: {
          clean: { AppSpecification: { ImageUri: app("processing") } },
          "clean-2": { AppSpecification: { ImageUri: app("processing-2") } },
        },
        algorithms: { own: { TrainingSpecification: { TrainingImage: app("algorithm") } } },
        transformJobs: { score: { ModelName: "chat" }, "score-2": { ModelName: "packaged" } },
        pipelines: {
          weekly: { PipelineDefinition: JSON.stringify({ ImageUri: app("pipeline") }) },
          daily: { PipelineDefinition: JSON.stringify({ ImageUri: app("pipeline-2") }) },
        },
        images: {
          notebook: { 1: app("notebook-1"), 2: app("notebook-2") },
          studio: { 1: app("studio") },
        },
      },
    }),
    used: (
      "model package endpoint endpoint-2 component component-2 training training-2 algorithm processing " +
      "processing-2 pipeline pipeline-2 notebook-1 notebook-2 studio"
    ).split(" "),
    calls: [
      "sagemaker:ListModels",
      "sagemaker:DescribeModel",
      "sagemaker:DescribeModelPackage",
      "sagemaker:ListEndpoints",
      "sagemaker:DescribeEndpoint",
      "sagemaker:ListInferenceComponents",
      "sagemaker:DescribeInferenceComponent",
      "sagemaker:ListTrainingJobs",
      "sagemaker:DescribeTrainingJob",
      "sagemaker:DescribeAlgorithm",
      "sagemaker:ListProcessingJobs",
      "sagemaker:DescribeProcessingJob",
      "sagemaker:ListTransformJobs",
      "sagemaker:DescribeTransformJob",
      "sagemaker:ListPipelines",
      "sagemaker:DescribePipeline",
      "sagemaker:ListImages",
      "sagemaker:ListImageVersions",
      "sagemaker:DescribeImageVersion",
    ],
    paged: [
      "sagemaker:ListModels",
      "sagemaker:ListEndpoints",
      "sagemaker:ListInferenceComponents",
      "sagemaker:ListTrainingJobs",
      "sagemaker:ListProcessingJobs",
      "sagemaker:ListTransformJobs",
      "sagemaker:ListPipelines",
      "sagemaker:ListImages",
      "sagemaker:ListImageVersions",
    ],
    vanishing: [
      {
        before: "sagemaker:DescribeModel",
        vanish: ({ sageMaker }) => sageMaker.models.delete("chat"),
        tags: ["model"],
      },
      {
        before: "sagemaker:DescribeModelPackage",
        vanish: ({ sageMaker }) => sageMaker.modelPackages.delete("chat/1"),
        tags: ["package"],
      },
      {
        before: "sagemaker:DescribeEndpoint",
        vanish: ({ sageMaker }) => sageMaker.endpoints.delete("chat"),
        tags: ["endpoint"],
      },
      {
        before: "sagemaker:DescribeInferenceComponent",
        vanish: ({ sageMaker }) => sageMaker.inferenceComponents.delete("base"),
        tags: ["component-2"],
      },
      {
        before: "sagemaker:DescribeTrainingJob",
        vanish: ({ sageMaker }) => sageMaker.trainingJobs.delete("train"),
        tags: ["training"],
      },
      {
        before: "sagemaker:DescribeProcessingJob",
        vanish: ({ sageMaker }) => sageMaker.processingJobs.delete("clean-2"),
        tags: ["processing-2"],
      },
      {
        before: "sagemaker:DescribeTransformJob",
        vanish: ({ sageMaker }) => sageMaker.transformJobs.delete("score"),
        tags: [],
      },
      {
        before: "sagemaker:DescribePipeline",
        vanish: ({ sageMaker }) => sageMaker.pipelines.delete("weekly"),
        tags: ["pipeline"],
      },
      {
        before: "sagemaker:ListImageVersions",
        vanish: ({ sageMaker }) => sageMaker.images.delete("studio"),
        tags: ["studio"],
      },
      {
        before: "sagemaker:DescribeImageVersion",
        vanish: ({ sageMaker }) => sageMaker.images.get("notebook")?.delete("1"),
        tags: ["notebook-1"],
      },
    ],
  },
  codebuild: {
    parts: () => ({ buildProjects: { site: app("site"), docs: app("docs") } }),
    used: ["site", "docs"],
    calls: ["codebuild:ListProjects", "codebuild:BatchGetProjects"],
    paged: ["codebuild:ListProjects"],
    vanishing: [
      {
        before: "codebuild:BatchGetProjects",
        vanish: ({ buildProjects }) => buildProjects.delete("site"),
        tags: ["site"],
      },
    ],
  },
  agentcore: {
    parts: () => ({
      agentRuntimes: {
        helper: { 1: app("helper-1"), 2: app("helper-2") },
        guide: { 1: app("guide") },
      },
    }),
    used: ["helper-1", "helper-2", "guide"],
    calls: [
      "bedrock-agentcore:ListAgentRuntimes",
      "bedrock-agentcore:ListAgentRuntimeVersions",
      "bedrock-agentcore:GetAgentRuntime",
    ],
    paged: ["bedrock-agentcore:ListAgentRuntimes", "bedrock-agentcore:ListAgentRuntimeVersions"],
    vanishing: [
      {
        before: "bedrock-agentcore:ListAgentRuntimeVersions",
        vanish: ({ agentRuntimes }) => agentRuntimes.delete("guide"),
        tags: ["guide"],
      },
      {
        before: "bedrock-agentcore:GetAgentRuntime",
        vanish: ({ agentRuntimes }) => agentRuntimes.get("helper")?.delete("1"),
        tags: ["helper-1"],
      },
    ],
  },
  eventbridge: {
    parts: () => ({
      eventBuses: {
        default: {
          nightly: { targets: [taskOf("rule-one:1")] },
          hourly: { targets: [taskOf("rule-two")] },
        },
        orders: { ordered: { targets: [taskOf("rule-three:1")], state: "DISABLED" } },
      },
      taskDefinitions: threeOf("rule"),
    }),
    used: ["rule-one", "rule-two", "rule-three"],
    calls: [
      "events:ListEventBuses",
      "events:ListRules",
      "events:ListTargetsByRule",
      "ecs:DescribeTaskDefinition",
    ],
    paged: ["events:ListEventBuses", "events:ListRules", "events:ListTargetsByRule"],
    vanishing: [
      {
        before: "events:ListRules",
        vanish: ({ eventBuses }) => eventBuses.delete("orders"),
        tags: ["rule-three"],
      },
      {
        before: "events:ListTargetsByRule",
        vanish: ({ eventBuses }) => eventBuses.get("default")?.delete("nightly"),
        tags: ["rule-one"],
      },
      {
        before: "ecs:DescribeTaskDefinition",
        vanish: ({ taskDefinitions }) => taskDefinitions.delete("rule-one:1"),
        tags: ["rule-one"],
      },
    ],
  },
  scheduler: {
    parts: () => ({
      scheduleGroups: {
        default: {
          one: { target: taskOf("schedule-one:1") },
          two: { target: taskOf("schedule-two") },
        },
        other: { three: { target: taskOf("schedule-three:1"), state: "DISABLED" } },
      },
      taskDefinitions: threeOf("schedule"),
    }),
    used: ["schedule-one", "schedule-two", "schedule-three"],
    calls: ["scheduler:ListSchedules", "scheduler:GetSchedule", "ecs:DescribeTaskDefinition"],
    paged: ["scheduler:ListSchedules"],
    vanishing: [
      {
        before: "scheduler:GetSchedule",
        vanish: ({ scheduleGroups }) => scheduleGroups.get("default")?.delete("one"),
        tags: ["schedule-one"],
      },
      {
        before: "scheduler:GetSchedule",
        vanish: ({ scheduleGroups }) => scheduleGroups.delete("other"),
        tags: ["schedule-three"],
      },
      {
        before: "ecs:DescribeTaskDefinition",
        vanish: ({ taskDefinitions }) => taskDefinitions.delete("schedule-one:1"),
        tags: ["schedule-one"],
      },
    ],
  },
  pipes: {
    parts: () => {
      const pipe = (TaskDefinitionArn: string) => ({
        target: CLUSTER,
        targetParameters: { EcsTaskParameters: { TaskDefinitionArn } },
      });
      return {
        pipes: { one: pipe("pipe-one:1"), two: pipe("pipe-two"), three: pipe("pipe-three:1") },
        taskDefinitions: threeOf("pipe"),
      };
    },
    used: ["pipe-one", "pipe-two", "pipe-three"],
    calls: ["pipes:ListPipes", "pipes:DescribePipe", "ecs:DescribeTaskDefinition"],
    paged: ["pipes:ListPipes"],
    vanishing: [
      {
        before: "pipes:DescribePipe",
        vanish: ({ pipes }) => pipes.delete("one"),
        tags: ["pipe-one"],
      },
      {
        before: "ecs:DescribeTaskDefinition",
        vanish: ({ taskDefinitions }) => taskDefinitions.delete("pipe-one:1"),
        tags: ["pipe-one"],
      },
    ],
  },
  "step-functions": {
    parts: () => ({
      stateMachines: {
        order: {
          definition: machineOf("machine-one:1"),
          versions: { 1: machineOf("machine-two") },
        },
        report: { definition: machineOf("machine-three:1") },
      },
      taskDefinitions: threeOf("machine"),
    }),
    used: ["machine-one", "machine-two", "machine-three"],
    calls: [
      "states:ListStateMachines",
      "states:DescribeStateMachine",
      "states:ListStateMachineVersions",
      "ecs:DescribeTaskDefinition",
    ],
    paged: ["states:ListStateMachines", "states:ListStateMachineVersions"],
    vanishing: [
      {
        before: "states:DescribeStateMachine",
        vanish: ({ stateMachines }) => stateMachines.delete("order"),
        tags: ["machine-one", "machine-two"],
      },
      {
        before: "states:ListStateMachineVersions",
        vanish: ({ stateMachines }) => stateMachines.delete("order"),
        tags: ["machine-two"],
      },
      {
        before: "ecs:DescribeTaskDefinition",
        vanish: ({ taskDefinitions }) => taskDefinitions.delete("machine-one:1"),
        tags: ["machine-one"],
      },
    ],
  },
  eks: {
    parts: () => ({
      eksClusters: {
        main: {
          hasEmptyPages: true,
          objects: {
            cronjobs: { "shop/report": cronJob(app("eks-cron-job")) },
            jobs: { "shop/import": workload(app("eks-job")) },
            deployments: { "shop/web": workload(app("eks-deployment")) },
            statefulsets: { "shop/db": workload(app("eks-stateful-set")) },
            daemonsets: { "kube-system/agent": workload(app("eks-daemon-set")) },
            controllerrevisions: { "shop/db-1": controllerRevision(app("eks-revision")) },
            replicasets: { "shop/web-1": workload(app("eks-replica-set")) },
            replicationcontrollers: { "shop/old": workload(app("eks-replication-controller")) },
            pods: {
              ...recordOf(numbered("shop/other-", 501), () => pod("nginx")),
              "shop/web-1-a": pod(app("eks-pod")),
            },
          },
        },
        batch: { objects: { pods: { "jobs/once": pod(app("eks-batch")) } } },
      },
    }),
    used: [
      "eks-cron-job",
      "eks-job",
      "eks-deployment",
      "eks-stateful-set",
      "eks-daemon-set",
      "eks-revision",
      "eks-replica-set",
      "eks-replication-controller",
      "eks-pod",
      "eks-batch",
    ],
    calls: [
      "eks:ListClusters",
      "eks:DescribeCluster",
      ...KINDS.map(({ resource }) => `kubernetes:list ${resource}`),
    ],
    paged: ["eks:ListClusters", ...KINDS.map(({ resource }) => `kubernetes:list ${resource}`)],
    vanishing: [
      {
        before: "eks:DescribeCluster",
        vanish: ({ eksClusters }) => eksClusters.delete("batch"),
        tags: ["eks-batch"],
      },
      ...KINDS.map(({ resource }) => ({
        before: `kubernetes:list ${resource}`,
        vanish: ({ eksClusters }: Account) => eksClusters.delete("batch"),
        tags: ["eks-batch"],
      })),
      {
        before: "kubernetes:list pods",
        vanish: ({ eksClusters }) =>
          eksClusters.get("main")?.objects.get("pods")?.delete("shop/web-1-a"),
        tags: ["eks-pod"],
      },
    ],
  },
};
