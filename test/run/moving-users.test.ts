import { describe, expect, test } from "vitest";

import { app } from "../accounts.ts";
import { cronJob, pod, workload } from "../kubernetes-objects.ts";
import { cleanAccount } from "../make-run.ts";
import { type Account, type AccountParts, enabled, old, remaining } from "../simulator/account.ts";
import type { SimulatorOptions } from "../simulator/simulator.ts";
import { ACTIONS, isEvidence } from "./any-account/calls.ts";

/** Something that uses `app:v1` all the time, while another thing begins to use it in its place. */
interface Move {
  readonly name: string;
  /** The only source of evidence that is read. */
  readonly source: string;
  readonly parts: AccountParts;
  readonly move: (account: Account) => unknown;
}

const job = (status: string) => ({ status, properties: { container: { image: app("v1") } } });
const runTask = (TaskDefinition: string) => ({
  States: {
    Run: { Resource: "arn:aws:states:::ecs:runTask", Parameters: { TaskDefinition } },
  },
});

const MOVES: readonly Move[] = [
  ...[
    ["SUBMITTED", "PENDING"],
    ["PENDING", "RUNNABLE"],
    ["RUNNABLE", "STARTING"],
    ["STARTING", "RUNNING"],
    ["RUNNING", "RUNNABLE"],
  ].map(([from = "", to = ""]) => ({
    name: `a job goes from ${from} to ${to}`,
    source: "batch",
    parts: { jobQueues: { main: { report: job(from) } } },
    move: ({ jobQueues }: Account) => jobQueues.get("main")?.set("report", job(to)),
  })),
  {
    name: "a job is submitted, and its definition deregistered",
    source: "batch",
    parts: {
      jobDefinitions: { "report:1": { properties: { containerProperties: { image: app("v1") } } } },
      jobQueues: { main: {} },
    },
    move: ({ jobDefinitions, jobQueues }) => {
      jobDefinitions.delete("report:1");
      jobQueues.get("main")?.set("report", job("RUNNABLE"));
    },
  },
  {
    name: "a service is updated, and a task of its former revision still runs",
    source: "ecs",
    parts: {
      clusters: { main: { web: { taskDefinition: "web:1" } } },
      taskDefinitions: { "web:1": [app("v1")], "web:2": ["docker.io/library/nginx"] },
    },
    move: ({ clusters }) => {
      const { services, tasks } = clusters.get("main") ?? {};
      services?.set("web", { taskDefinition: "web:2" });
      tasks?.set("web-1", { containers: [{ image: app("v1") }] });
    },
  },
  {
    name: "a task starts from the newest revision, and a newer one is registered",
    source: "ecs",
    parts: { clusters: { main: {} }, taskDefinitions: { "web:1": [app("v1")] } },
    move: ({ clusters, taskDefinitions }) => {
      clusters.get("main")?.tasks.set("web-1", { containers: [{ image: app("v1") }] });
      taskDefinitions.set("web:2", ["docker.io/library/nginx"]);
    },
  },
  {
    name: "a pending task gets its containers",
    source: "ecs",
    parts: {
      tasks: { main: { one: { containers: [], taskDefinition: "web:1" } } },
      taskDefinitions: { "web:1": [app("v1")], "web:2": ["docker.io/library/nginx"] },
    },
    move: ({ clusters }) =>
      clusters.get("main")?.tasks.set("task-one", { containers: [{ image: app("v1") }] }),
  },
  {
    name: "an endpoint is deployed, and its model deleted",
    source: "sagemaker",
    parts: { sageMaker: { models: { chat: { PrimaryContainer: { Image: app("v1") } } } } },
    move: ({ sageMaker: { models, endpoints } }) => {
      models.delete("chat");
      const DeployedImages = [{ SpecifiedImage: app("v1") }];
      endpoints.set("chat", { ProductionVariants: [{ DeployedImages }] });
    },
  },
  {
    name: "the definition of a state machine is published, and replaced",
    source: "step-functions",
    parts: {
      stateMachines: { order: { definition: runTask("web:1") } },
      taskDefinitions: { "web:1": [app("v1")], "web:2": ["docker.io/library/nginx"] },
    },
    move: ({ stateMachines }) =>
      stateMachines.set("order", {
        definition: runTask("web:2"),
        versions: { 1: runTask("web:1") },
      }),
  },
  {
    name: "the image of a function is published, and replaced",
    source: "lambda",
    parts: { functions: { mailer: app("v1") } },
    move: ({ functions }) =>
      functions
        .get("mailer")
        ?.versions.set("$LATEST", { image: "docker.io/library/nginx" })
        .set("1", { image: app("v1") }),
  },
  {
    name: "a runtime gets a new version",
    source: "agentcore",
    parts: { agentRuntimes: { helper: { 1: app("v1") } } },
    move: ({ agentRuntimes }) =>
      agentRuntimes.get("helper")?.set("2", { image: "docker.io/library/nginx" }),
  },
  {
    name: "a cron job starts a job, and is deleted without the job",
    source: "eks",
    parts: { eksClusters: { main: { objects: { cronjobs: { "shop/a": cronJob(app("v1")) } } } } },
    move: inCluster((objects) => {
      objects.delete("cronjobs");
      objects.set("jobs", new Map([["shop/a-1", workload(app("v1"))]]));
    }),
  },
  {
    name: "a job starts a pod, and is deleted without the pod",
    source: "eks",
    parts: { eksClusters: { main: { objects: { jobs: { "shop/a": workload(app("v1")) } } } } },
    move: inCluster((objects) => {
      objects.delete("jobs");
      objects.set("pods", new Map([["shop/a-1", pod(app("v1"))]]));
    }),
  },
  {
    name: "a deployment is updated, and its former replica set can be rolled back to",
    source: "eks",
    parts: {
      eksClusters: { main: { objects: { deployments: { "shop/a": workload(app("v1")) } } } },
    },
    move: inCluster((objects) => {
      objects.set("deployments", new Map([["shop/a", workload("docker.io/library/nginx")]]));
      objects.set("replicasets", new Map([["shop/a-1", workload(app("v1"), { replicas: 0 })]]));
    }),
  },
];

/** Changes the objects of the cluster `main`. */
function inCluster(change: (objects: Map<string, Map<string, object>>) => unknown) {
  return ({ eksClusters }: Account) => change(eksClusters.get("main")?.objects ?? new Map());
}

/** Does something just before the nth call for evidence. */
function beforeNth(nth: number, act: (account: Account) => unknown): SimulatorOptions {
  let calls = 0;
  const before = (account: Account) => {
    if (calls === nth) act(account);
    calls += 1;
  };
  return {
    before: Object.fromEntries(ACTIONS.filter(isEvidence).map((action) => [action, before])),
  };
}

describe("an image in use all the time stays, whenever", () => {
  test.for(MOVES)("$name", async ({ source, parts, move }) => {
    const repositories = () => ({ app: enabled([old("v1"), old("unused")]) });
    const moveBefore = async (nth: number) => {
      const { account, simulator, summary } = await cleanAccount(
        { repositories: repositories(), ...parts },
        beforeNth(nth, move),
        { IN_USE_SOURCES: source },
      );
      expect(summary.failures).toEqual([]);
      expect(remaining(account, "app"), `moved before call ${nth}`).toEqual(["v1"]);
      return simulator.calls.filter(({ action }) => isEvidence(action)).length;
    };
    let calls = Infinity;
    for (let nth = 0; nth <= calls; nth += 1) calls = await moveBefore(nth);
  });
});
