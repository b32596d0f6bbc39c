import { setTimeout } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import { app, numbered, recordOf } from "../../../accounts.ts";
import { clean } from "../../../make-run.ts";
import { createAccount, digestOf, enabled, old, remaining } from "../../../simulator/account.ts";
import { startSimulator } from "../../../simulator/simulator.ts";
import { type Case, scan } from "../../scan-account.ts";

describe("the ECS source", () => {
  test.for<Case>([
    {
      name: "reports every container of the task definition of a service",
      clusters: { main: { web: { taskDefinition: "web:1" } } },
      taskDefinitions: { "web:1": [app("v1"), "nginx:1.29", app("v2")], "web:2": [app("v3")] },
      expected: ["v1", "v2"],
    },
    {
      name: "reports the services of every cluster",
      clusters: {
        main: { web: { taskDefinition: "web:1" } },
        empty: {},
        batch: { job: { taskDefinition: "job:1" } },
      },
      taskDefinitions: { "web:1": [app("v1")], "job:1": [app("v3")] },
      expected: ["v1", "v3"],
    },
    {
      name: "reports all deployments of a service",
      clusters: { main: { web: { taskDefinition: "web:2", deployments: ["web:2", "web:1"] } } },
      taskDefinitions: { "web:1": [app("v1")], "web:2": [app("v2")] },
      expected: ["v1", "v2"],
    },
    {
      name: "reports the task sets of a service without a task definition",
      clusters: { main: { green: { taskSets: ["web:1", "web:2"] }, external: {} } },
      taskDefinitions: { "web:1": [app("v1")], "web:2": [app("v2")] },
      expected: ["v1", "v2"],
    },
    {
      name: "reports running and pending tasks outside services, and no stopping task",
      tasks: {
        batch: [
          { group: "family:job", containers: [{ image: app("v1"), digest: digestOf("v1") }] },
          { group: "family:job", containers: [{ image: app("v2") }] },
          { containers: [{ image: app("v3") }], desiredStatus: "STOPPED" },
        ],
      },
      expected: ["v1", "v2"],
    },
    {
      name: "reports the task definition of a task without images",
      tasks: {
        batch: [
          { taskDefinition: "job:1", containers: [] },
          { taskDefinition: "job:2", containers: [{ image: app("v2") }, {}] },
          { containers: [] },
        ],
      },
      taskDefinitions: { "job:1": [app("v1")], "job:2": [app("v2"), app("v3")] },
      expected: ["v1", "v2", "v3"],
    },
  ])("$name", async ({ expected, ...parts }) => {
    const { inUse } = await scan(parts);
    expect(inUse).toEqual(expected);
  });

  test("reports the digests of running tasks and of service revisions", async () => {
    const { placesOf } = await scan({
      clusters: {
        main: { web: { revisions: [[{ image: app("v1"), digest: digestOf("revision") }, {}]] } },
      },
      tasks: {
        main: [
          { group: "service:web", containers: [{ image: app("v1"), digest: digestOf("task") }] },
        ],
      },
    });
    expect(placesOf(digestOf("task"))).toEqual(["ECS task of service:web in main"]);
    expect(placesOf(digestOf("revision"))).toEqual(["ECS service revision of main/web"]);
    expect(placesOf(digestOf("v1"))).toEqual([]);
  });

  test("describes each task definition once", async () => {
    const services = Array.from({ length: 25 }, (_, i) => [`s${i}`, { taskDefinition: "web:1" }]);
    const { calls } = await scan({
      clusters: { main: Object.fromEntries(services) },
      taskDefinitions: { "web:1": [app("v1")] },
    });
    const made = calls.filter(({ action }) => action === "ecs:DescribeTaskDefinition");
    expect(made).toHaveLength(1);
    expect(calls.filter(({ action }) => action === "ecs:DescribeServices")).toHaveLength(3);
  });

  test("describes task definitions while further services are described", async () => {
    const names = numbered("s", 600);
    const { calls } = await scan({
      clusters: { main: recordOf(names, (name) => ({ taskDefinition: `${name}:1` })) },
      taskDefinitions: recordOf(
        names.map((name) => `${name}:1`),
        () => [app("v1")],
      ),
    });
    const actions = calls.map(({ action }) => action);
    const first = actions.indexOf("ecs:DescribeTaskDefinition");
    expect(first).toBeGreaterThan(-1);
    expect(first).toBeLessThan(actions.lastIndexOf("ecs:DescribeServices"));
  });

  test("describes no further task definitions once something else cannot be read", async () => {
    const names = numbered("s", 600);
    const account = createAccount({
      clusters: {
        secret: {},
        main: recordOf(names, (name) => ({ taskDefinition: `${name}:1` })),
      },
      taskDefinitions: recordOf(
        names.map((name) => `${name}:1`),
        () => [app("v1")],
      ),
      repositories: { app: enabled([old("v1")]) },
    });
    await using simulator = await startSimulator(account, {
      latencyMs: 5,
      isAllowed: (action, { cluster }) =>
        action !== "ecs:ListServices" || !String(cluster).endsWith("secret"),
    });
    const { failures } = await clean(simulator, { KEEP_TASK_DEFINITIONS: "0" });
    expect(failures).toMatchObject([{ code: "AccessDeniedException" }]);

    // Until then, what was under way has ended.
    await setTimeout(1_000);
    expect(simulator.callsOf("ecs:DescribeTaskDefinition").length).toBeLessThan(60);
    expect(remaining(account, "app")).toEqual(["v1"]);
  });
});
