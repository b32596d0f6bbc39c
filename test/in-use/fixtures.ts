import { app } from "../accounts.ts";
import type { Account, AccountParts } from "../simulator/account.ts";

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
        main: { agent: [[{ image: app("agent") }]], log: [[{ image: app("log") }]] },
        batch: { agent: [[{ image: app("batch") }]] },
      },
    }),
    used: ["agent", "log", "batch"],
    calls: [
      "ecs:ListClusters",
      "ecs:ListDaemons",
      "ecs:DescribeDaemon",
      "ecs:DescribeDaemonRevisions",
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
};
