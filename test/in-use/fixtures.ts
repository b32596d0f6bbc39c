import { type Account, type AccountParts, REGION, REGISTRY } from "../simulator/account.ts";

/** The canonical key of the repository that the fixtures use. */
export const KEY = "123456789012/eu-west-1/app";

/** An account in which one source of evidence makes all its calls, and what must come of it. */
export interface Fixture {
  readonly parts: () => AccountParts;
  /** Tags of the repository `app` that the source must report. */
  readonly used: readonly string[];
  readonly calls: readonly string[];
  /** Calls that the statements allow, and that this account does not need. */
  readonly notCalled?: readonly string[];
  /** Calls that answer page by page. */
  readonly paged: readonly string[];
  readonly vanishing: readonly Vanishing[];
}

/** One of several things vanishes between two calls. */
interface Vanishing {
  readonly before: string;
  readonly vanish: (account: Account) => unknown;
  /** The tags that only this thing uses. */
  readonly tags: readonly string[];
}

const app = (tag: string) => `${REGISTRY}/app:${tag}`;

const service = (name: string) => ({
  taskDefinition: `${name}:1`,
  revisions: [[{ image: app(`${name}-revision`) }]],
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

/** Task definitions that only a source by name uses, with the images that they have. */
const NAMED = { "one:1": [app("one")], "two:1": [app("two")], "three:1": [app("three")] };

export const FIXTURES: Readonly<Record<string, Fixture>> = {
  ecs: {
    parts: () => ({
      clusters: {
        main: { web: service("web"), api: service("api") },
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
      },
    }),
    used: "web web-revision api api-revision job job-revision one two three".split(" "),
    calls: [
      "ecs:ListClusters",
      "ecs:ListServices",
      "ecs:DescribeServices",
      "ecs:DescribeTaskDefinition",
      "ecs:ListTasks",
      "ecs:DescribeTasks",
      "ecs:DescribeServiceRevisions",
    ],
    paged: ["ecs:ListClusters", "ecs:ListServices", "ecs:ListTasks"],
    vanishing: [
      {
        before: "ecs:ListServices",
        vanish: ({ clusters }) => clusters.delete("batch"),
        tags: ["job", "job-revision", "three"],
      },
      {
        before: "ecs:DescribeServices",
        vanish: ({ clusters }) => clusters.get("main")?.services.delete("web"),
        tags: ["web", "web-revision"],
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
        before: "ecs:DescribeTaskDefinition",
        vanish: ({ clusters, taskDefinitions }) => {
          clusters.get("main")?.services.delete("web");
          taskDefinitions.delete("web:1");
        },
        tags: ["web", "web-revision"],
      },
    ],
  },
  lambda: {
    parts: () => ({
      functions: { mailer: { $LATEST: app("latest"), "1": app("one") }, worker: app("worker") },
    }),
    used: ["latest", "one", "worker"],
    calls: ["lambda:ListFunctions", "lambda:GetFunction"],
    paged: ["lambda:ListFunctions"],
    vanishing: [
      {
        before: "lambda:GetFunction",
        vanish: ({ functions }) => functions.get("mailer")?.versions.delete("1"),
        tags: ["one"],
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
  eventbridge: {
    parts: () => ({
      eventBuses: {
        default: { nightly: { targets: [taskOf("one:1")] }, hourly: { targets: [taskOf("two")] } },
        orders: { ordered: { targets: [taskOf("three:1")], state: "DISABLED" } },
      },
      taskDefinitions: NAMED,
    }),
    used: ["one", "two", "three"],
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
        tags: ["three"],
      },
      {
        before: "events:ListTargetsByRule",
        vanish: ({ eventBuses }) => eventBuses.get("default")?.delete("nightly"),
        tags: ["one"],
      },
      {
        before: "ecs:DescribeTaskDefinition",
        vanish: ({ taskDefinitions }) => taskDefinitions.delete("one:1"),
        tags: ["one"],
      },
    ],
  },
  scheduler: {
    parts: () => ({
      scheduleGroups: {
        default: { one: { target: taskOf("one:1") }, two: { target: taskOf("two") } },
        other: { three: { target: taskOf("three:1"), state: "DISABLED" } },
      },
      taskDefinitions: NAMED,
    }),
    used: ["one", "two", "three"],
    calls: ["scheduler:ListSchedules", "scheduler:GetSchedule", "ecs:DescribeTaskDefinition"],
    paged: ["scheduler:ListSchedules"],
    vanishing: [
      {
        before: "scheduler:GetSchedule",
        vanish: ({ scheduleGroups }) => scheduleGroups.get("default")?.delete("one"),
        tags: ["one"],
      },
      {
        before: "scheduler:GetSchedule",
        vanish: ({ scheduleGroups }) => scheduleGroups.delete("other"),
        tags: ["three"],
      },
      {
        before: "ecs:DescribeTaskDefinition",
        vanish: ({ taskDefinitions }) => taskDefinitions.delete("one:1"),
        tags: ["one"],
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
        pipes: { one: pipe("one:1"), two: pipe("two"), three: pipe("three:1") },
        taskDefinitions: NAMED,
      };
    },
    used: ["one", "two", "three"],
    calls: ["pipes:ListPipes", "pipes:DescribePipe", "ecs:DescribeTaskDefinition"],
    paged: ["pipes:ListPipes"],
    vanishing: [
      {
        before: "pipes:DescribePipe",
        vanish: ({ pipes }) => pipes.delete("one"),
        tags: ["one"],
      },
      {
        before: "ecs:DescribeTaskDefinition",
        vanish: ({ taskDefinitions }) => taskDefinitions.delete("one:1"),
        tags: ["one"],
      },
    ],
  },
  "step-functions": {
    parts: () => ({
      stateMachines: {
        order: { definition: machineOf("one:1"), versions: { 1: machineOf("two") } },
        report: { definition: machineOf("three:1") },
      },
      taskDefinitions: NAMED,
    }),
    used: ["one", "two", "three"],
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
        tags: ["one", "two"],
      },
      {
        before: "states:ListStateMachineVersions",
        vanish: ({ stateMachines }) => stateMachines.delete("order"),
        tags: ["two"],
      },
      {
        before: "ecs:DescribeTaskDefinition",
        vanish: ({ taskDefinitions }) => taskDefinitions.delete("one:1"),
        tags: ["one"],
      },
    ],
  },
};
