import { describe, expect, test } from "vitest";

import { connectAws } from "../../src/aws/clients.ts";
import { ScanError } from "../../src/errors.ts";
import { InUseImages } from "../../src/in-use/evidence.ts";
import { Scan } from "../../src/in-use/scan.ts";
import { loadSources } from "../../src/in-use/sources/index.ts";
import type { Scope } from "../../src/in-use/sources/source.ts";
import { createLog } from "../../src/log.ts";
import { useSimulator } from "../make-run.ts";
import {
  type Account,
  type AccountParts,
  REGISTRY,
  createAccount,
  digestOf,
} from "../simulator/account.ts";
import { ServiceError } from "../simulator/operation.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

/** Scans a simulated account; tells which of the tags of repository `app` are in use, and where. */
async function scan(parts: AccountParts, options: SimulatorOptions = {}) {
  await using simulator = await startSimulator(createAccount(parts), options);
  useSimulator(simulator);
  const { region, client } = await connectAws({ hasTime: () => true, now: Date.now });
  const scope: Scope = { region, client, depth: "full" };
  const images = new InUseImages();
  const sources = await new Scan(scope, await loadSources(), createLog("SILENT")).read(images);
  const placesOf = (digest: string, ...tags: string[]) =>
    images.placesOf("123456789012/eu-west-1/app", { digest, tags, sizeBytes: 0 });
  const inUse = ["v1", "v2", "v3", "v4"].filter((tag) => placesOf("", tag).length > 0);
  return { inUse, placesOf, sources, size: images.size, calls: simulator.calls };
}

const app = (tag: string) => `${REGISTRY}/app:${tag}`;

interface Case extends AccountParts {
  readonly name: string;
  readonly expected: string[];
}

describe("a scan sees", () => {
  test.for<Case>([
    {
      name: "every container of a service's task definition",
      clusters: { main: { web: { taskDefinition: "web:1" } } },
      taskDefinitions: { "web:1": [app("v1"), "nginx:1.29", app("v2")], "web:2": [app("v3")] },
      expected: ["v1", "v2"],
    },
    {
      name: "services of every cluster",
      clusters: {
        main: { web: { taskDefinition: "web:1" } },
        empty: {},
        batch: { job: { taskDefinition: "job:1" } },
      },
      taskDefinitions: { "web:1": [app("v1")], "job:1": [app("v3")] },
      expected: ["v1", "v3"],
    },
    {
      name: "all deployments of a service that is being rolled out",
      clusters: { main: { web: { taskDefinition: "web:2", deployments: ["web:2", "web:1"] } } },
      taskDefinitions: { "web:1": [app("v1")], "web:2": [app("v2")] },
      expected: ["v1", "v2"],
    },
    {
      name: "the task sets of a service without a task definition",
      clusters: { main: { green: { taskSets: ["web:1", "web:2"] }, external: {} } },
      taskDefinitions: { "web:1": [app("v1")], "web:2": [app("v2")] },
      expected: ["v1", "v2"],
    },
    {
      name: "tasks outside of services, pending ones too, but none that is being stopped",
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
      name: "the task definition of a task that does not tell its images yet",
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
    {
      name: "every version of a function from an image",
      functions: { mailer: { $LATEST: app("v3"), "1": app("v1") }, zip: null },
      expected: ["v1", "v3"],
    },
    {
      name: "App Runner services in any state but deleted",
      appRunnerServices: {
        running: { status: "RUNNING", image: app("v1") },
        paused: { status: "PAUSED", image: app("v2") },
        deleted: { status: "DELETED", image: app("v3") },
        failed: { status: "CREATE_FAILED", image: app("v4") },
        source: { status: "RUNNING" },
      },
      expected: ["v1", "v2", "v4"],
    },
    {
      name: "an App Runner service, whatever the published list of Regions says",
      appRunnerRegions: [],
      appRunnerServices: { running: { status: "RUNNING", image: app("v1") } },
      expected: ["v1"],
    },
    {
      name: "nothing of the same name in another account or Region",
      clusters: { main: { web: { taskDefinition: "web:1" } } },
      taskDefinitions: {
        "web:1": [
          "210987654321.dkr.ecr.eu-west-1.amazonaws.com/app:v1",
          "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v2",
          `${REGISTRY}/app/v3`,
          `${REGISTRY}/other:v4`,
        ],
      },
      expected: [],
    },
  ])("$name", async ({ expected, ...parts }) => {
    const { inUse } = await scan(parts);
    expect(inUse).toEqual(expected);
  });

  test("the digest that Lambda resolved", async () => {
    const { placesOf } = await scan({
      functions: {
        mailer: { $LATEST: { image: app("v1"), resolved: `${REGISTRY}/app@${digestOf("v1")}` } },
      },
    });
    expect(placesOf(digestOf("v1"))).toEqual(["Lambda function mailer, version $LATEST"]);
    expect(placesOf(digestOf("v2"))).toEqual([]);
  });

  test("the digests of running tasks and of service revisions, wherever their tags have moved", async () => {
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
    expect(placesOf(digestOf("task"))).toEqual([
      "ECS task of service:web in arn:aws:ecs:eu-west-1:123456789012:cluster/main",
    ]);
    expect(placesOf(digestOf("revision"))).toEqual([
      "ECS service revision of arn:aws:ecs:eu-west-1:123456789012:service/main/web",
    ]);
    expect(placesOf(digestOf("v1"))).toEqual([]);
  });

  test("at most ten places for one image", async () => {
    const functions = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`f${i}`, app("v1")]),
    );
    const { placesOf } = await scan({ functions });
    expect(placesOf("", "v1")).toHaveLength(10);
  });

  test("both the tag and the digest of a reference that has both", async () => {
    const { placesOf, size } = await scan({
      functions: { mailer: `${app("v1")}@${digestOf("v1")}` },
    });
    expect(placesOf(digestOf("v1"))).toHaveLength(1);
    expect(placesOf(digestOf("other"), "v1")).toHaveLength(1);
    expect(size).toBe(2);
  });

  test("each task definition with one call", async () => {
    const services = Array.from({ length: 25 }, (_, i) => [`s${i}`, { taskDefinition: "web:1" }]);
    const { calls } = await scan({
      clusters: { main: Object.fromEntries(services) },
      taskDefinitions: { "web:1": [app("v1")] },
    });
    const made = calls.filter(({ action }) => action === "ecs:DescribeTaskDefinition");
    expect(made).toHaveLength(1);
    expect(calls.filter(({ action }) => action === "ecs:DescribeServices")).toHaveLength(3);
  });
});

const used: AccountParts = {
  clusters: { main: { web: { taskDefinition: "web:1", revisions: [[{ image: app("v1") }]] } } },
  tasks: { main: [{ containers: [{ image: app("v1") }] }] },
  taskDefinitions: { "web:1": [app("v1")] },
  functions: { mailer: app("v2"), gone: app("v3") },
  appRunnerServices: {
    landing: { status: "RUNNING", image: app("v4") },
    gone: { status: "RUNNING", image: app("v3") },
  },
};

describe("what vanishes during a scan is passed over:", () => {
  const vanish: [action: string, change: (account: Account) => void][] = [
    ["ecs:ListServices", ({ clusters }) => clusters.delete("main")],
    ["ecs:DescribeServices", ({ clusters }) => clusters.delete("main")],
    ["ecs:DescribeServices", ({ clusters }) => clusters.get("main")?.services.delete("web")],
    ["ecs:ListTasks", ({ clusters }) => clusters.delete("main")],
    ["ecs:DescribeTasks", ({ clusters }) => clusters.delete("main")],
    ["ecs:DescribeTasks", ({ clusters }) => clusters.get("main")?.tasks.clear()],
    ["ecs:DescribeServiceRevisions", ({ clusters }) => clusters.get("main")?.services.clear()],
    ["lambda:GetFunction", ({ functions }) => functions.delete("gone")],
    ["apprunner:DescribeService", ({ appRunnerServices }) => appRunnerServices.delete("gone")],
  ];
  test.for(vanish)("before %s", async ([action, change]) => {
    const { sources } = await scan(used, { before: { [action]: change } });
    expect(sources.filter(({ status }) => status !== "complete")).toEqual([]);
  });
});

describe("a scan fails", () => {
  const actions = [
    "ecs:ListClusters",
    "ecs:ListServices",
    "ecs:DescribeServices",
    "ecs:DescribeTaskDefinition",
    "ecs:ListTasks",
    "ecs:DescribeTasks",
    "ecs:DescribeServiceRevisions",
    "lambda:ListFunctions",
    "lambda:GetFunction",
    "apprunner:ListServices",
    "apprunner:DescribeService",
  ];
  test.for(actions)("when %s does, and names it", async (action) => {
    const fail = () => {
      throw new ServiceError("InvalidParameterException", "broken");
    };
    const scanning = scan(used, { before: { [action]: fail } });
    await expect(scanning).rejects.toThrow(ScanError);
    await expect(scanning).rejects.toThrow(`${action} failed for`);
  });

  test("when ECS cannot describe a service for another reason than that it is gone", async () => {
    const answer = () => ({ failures: [{ arn: "web", reason: "ACCESS", detail: "no" }] });
    const scanning = scan(used, { answers: { "ecs:DescribeServices": answer } });
    await expect(scanning).rejects.toThrow("ecs:DescribeServices failed for web: ACCESS: no");
  });

  test.for([
    { action: "ecs:DescribeServices", answer: { services: [] }, cause: "ECS answered for 0 of 1" },
    { action: "ecs:DescribeTasks", answer: { tasks: [] }, cause: "ECS answered for 0 of 1" },
    {
      action: "ecs:DescribeServiceRevisions",
      answer: { serviceRevisions: [] },
      cause: "ECS answered for 0 of 1",
    },
    { action: "ecs:DescribeTaskDefinition", answer: { taskDefinition: {} } },
    { action: "lambda:GetFunction", answer: { Code: {} } },
    { action: "apprunner:DescribeService", answer: { Service: { SourceConfiguration: {} } } },
  ])(
    "when $action answers only $answer",
    async ({ action, answer, cause = "the answer lacks" }) => {
      const scanning = scan(used, { answers: { [action]: () => answer } });
      await expect(scanning).rejects.toThrow(cause);
    },
  );
});
