import { type Account, type AccountParts, REGISTRY } from "../simulator/account.ts";

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
};
