import {
  DescribeDaemonCommand,
  DescribeDaemonRevisionsCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListDaemonsCommand,
  ListServicesCommand,
  ListTaskDefinitionFamiliesCommand,
  type ListTaskDefinitionFamiliesCommandInput,
  ListTaskDefinitionsCommand,
  type ListTaskDefinitionsCommandInput,
} from "@aws-sdk/client-ecs";
import { describe, expect, test } from "vitest";

import { type AccountParts, REGION, createAccount } from "./account.ts";
import { settings } from "./ask.ts";
import { startSimulator } from "./simulator.ts";

const ARN = `arn:aws:ecs:${REGION}:123456789012`;

async function start(parts: AccountParts) {
  const simulator = await startSimulator(createAccount(parts));
  return { client: new ECSClient(settings(simulator)), account: simulator.account, simulator };
}

describe("services", () => {
  const clusters = {
    main: {
      bare: {},
      full: {
        taskDefinition: "web:2",
        deployments: ["web:2", "web:1"],
        taskSets: ["web:3"],
        revisions: [[{ image: "web:2" }]],
        earlierRevisions: { old: [{ image: "web:1" }] },
        currentDeployment: { sources: ["old"], target: "0" },
      },
      leaving: { status: "DRAINING" as const },
      gone: { status: "INACTIVE" as const },
    },
  };
  const describeServices = (services: string[]) =>
    new DescribeServicesCommand({ cluster: "main", services });

  test("are listed while they are ACTIVE, and described in every status", async () => {
    const { client, simulator } = await start({ clusters });
    await using _ = simulator;
    const { serviceArns } = await client.send(new ListServicesCommand({ cluster: "main" }));
    const { services } = await client.send(describeServices(["bare", "leaving", "gone"]));
    expect(serviceArns).toEqual([`${ARN}:service/main/bare`, `${ARN}:service/main/full`]);
    expect(services?.map(({ status }) => status)).toEqual(["ACTIVE", "DRAINING", "INACTIVE"]);
  });

  test("have the members that they are given, and no others", async () => {
    const { client, simulator } = await start({ clusters });
    await using _ = simulator;
    const { services: [bare, full] = [] } = await client.send(describeServices(["bare", "full"]));
    expect(bare).toEqual({
      serviceArn: `${ARN}:service/main/bare`,
      serviceName: "bare",
      clusterArn: `${ARN}:cluster/main`,
      status: "ACTIVE",
    });
    expect(full).toMatchObject({
      taskDefinition: `${ARN}:task-definition/web:2`,
      deployments: ["web:2", "web:1"].map((id) => ({
        taskDefinition: `${ARN}:task-definition/${id}`,
      })),
      taskSets: [{ taskDefinition: `${ARN}:task-definition/web:3` }],
      currentServiceDeployment: `${ARN}:service-deployment/main/full/current`,
      currentServiceRevisions: [{ arn: `${ARN}:service-revision/main/full/0` }],
    });
  });

  const describeRevisions = (...paths: string[]) =>
    new DescribeServiceRevisionsCommand({
      serviceRevisionArns: paths.map((path) => `${ARN}:service-revision/${path}`),
    });

  test("have current and earlier revisions; one of a service that is gone is a failure", async () => {
    const { client, simulator } = await start({ clusters });
    await using _ = simulator;
    const { serviceRevisions, failures } = await client.send(
      describeRevisions("main/full/0", "main/full/old", "main/other/0"),
    );
    expect(serviceRevisions?.map(({ containerImages }) => containerImages?.[0]?.image)).toEqual([
      "web:2",
      "web:1",
    ]);
    expect(failures).toEqual([{ arn: `${ARN}:service-revision/main/other/0`, reason: "MISSING" }]);
  });

  test("a revision of a cluster that is gone fails the call for all others", async () => {
    const { client, simulator } = await start({ clusters });
    await using _ = simulator;
    const asking = client.send(describeRevisions("main/full/0", "other/full/0"));
    await expect(asking).rejects.toMatchObject({ name: "ClusterNotFoundException" });
  });
});

describe("a task definition", () => {
  const parts = {
    taskDefinitions: { "web:2": ["web:2"], "web:10": ["web:10"], "web:11": ["web:11"] },
    inactiveTaskDefinitions: ["web:2", "web:11"],
    environments: { "web:10": { SIDECAR: "sidecar:1" } },
    clusters: { main: { web: { taskDefinition: "web:2" } } },
  };
  const describeDefinition = (taskDefinition: string) =>
    new DescribeTaskDefinitionCommand({ taskDefinition });

  test.for([
    { name: "its ARN", asked: `${ARN}:task-definition/web:2`, revision: 2 },
    { name: "family and revision", asked: "web:10", revision: 10 },
    { name: "its family: the newest ACTIVE one", asked: "web", revision: 10 },
  ])("is described by $name", async ({ asked, revision }) => {
    const { client, simulator } = await start(parts);
    await using _ = simulator;
    const { taskDefinition } = await client.send(describeDefinition(asked));
    expect(taskDefinition).toMatchObject({
      taskDefinitionArn: `${ARN}:task-definition/web:${revision}`,
      family: "web",
      revision,
    });
  });

  test("has the environment that it is given", async () => {
    const { client, simulator } = await start(parts);
    await using _ = simulator;
    const { taskDefinition } = await client.send(describeDefinition("web:10"));
    expect(taskDefinition?.containerDefinitions?.[0]?.environment).toEqual([
      { name: "SIDECAR", value: "sidecar:1" },
    ]);
  });

  test.for(["web:11", "web:12", "we", "other"])("%s cannot be described", async (asked) => {
    const { client, simulator } = await start(parts);
    await using _ = simulator;
    await expect(client.send(describeDefinition(asked))).rejects.toMatchObject({
      name: "ClientException",
      message: "Unable to describe task definition.",
    });
  });

  test("that is INACTIVE is described while a service uses it", async () => {
    const { client, account, simulator } = await start(parts);
    await using _ = simulator;
    const { taskDefinition } = await client.send(describeDefinition("web:2"));
    expect(taskDefinition?.status).toBe("INACTIVE");
    account.clusters.get("main")?.services.delete("web");
    await expect(client.send(describeDefinition("web:2"))).rejects.toThrow("Unable to describe");
  });
});

describe("task definitions", () => {
  const taskDefinitions = Object.fromEntries(
    ["web:2", "web:10", "web-admin:1", "job:1", "job:2"].map((id) => [id, []]),
  );
  const parts = { taskDefinitions, inactiveTaskDefinitions: ["web:2", "job:1", "job:2"] };

  test.for<{ input: ListTaskDefinitionFamiliesCommandInput; expected: string[] }>([
    { input: {}, expected: ["job", "web", "web-admin"] },
    { input: { status: "ACTIVE" }, expected: ["web", "web-admin"] },
    { input: { status: "INACTIVE" }, expected: ["job"] },
    { input: { familyPrefix: "web-" }, expected: ["web-admin"] },
  ])("families for $input are $expected", async ({ input, expected }) => {
    const { client, simulator } = await start(parts);
    await using _ = simulator;
    const { families } = await client.send(new ListTaskDefinitionFamiliesCommand(input));
    expect(families).toEqual(expected);
  });

  test.for<{ input: ListTaskDefinitionsCommandInput; expected: string[] }>([
    { input: {}, expected: ["web:10", "web-admin:1"] },
    { input: { familyPrefix: "web" }, expected: ["web:10"] },
    { input: { sort: "DESC" }, expected: ["web-admin:1", "web:10"] },
    { input: { status: "INACTIVE" }, expected: ["web:2"] },
  ])("revisions for $input are $expected", async ({ input, expected }) => {
    const { client, simulator } = await start({
      ...parts,
      tasks: { main: [{ containers: [], taskDefinition: "web:2" }] },
    });
    await using _ = simulator;
    const { taskDefinitionArns } = await client.send(new ListTaskDefinitionsCommand(input));
    expect(taskDefinitionArns).toEqual(expected.map((id) => `${ARN}:task-definition/${id}`));
  });

  test("come in pages of 100", async () => {
    const { client, simulator } = await start({
      taskDefinitions: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`f${i}:1`, []])),
    });
    await using _ = simulator;
    const { families, nextToken } = await client.send(new ListTaskDefinitionFamiliesCommand());
    const last = await client.send(new ListTaskDefinitionsCommand({ nextToken }));
    expect(families).toHaveLength(100);
    expect(last.taskDefinitionArns).toHaveLength(1);
  });
});

test("a daemon has current revisions with their images", async () => {
  const images = [{ image: "agent:1", digest: "sha256:1" }];
  const { client, simulator } = await start({
    daemons: { main: { agent: { current: [images] } } },
  });
  await using _ = simulator;
  const clusterArn = `${ARN}:cluster/main`;
  const { daemonSummariesList = [] } = await client.send(new ListDaemonsCommand({ clusterArn }));
  const { daemonArn } = daemonSummariesList[0] ?? {};
  const { daemon } = await client.send(new DescribeDaemonCommand({ daemonArn }));
  const daemonRevisionArns = daemon?.currentRevisions?.flatMap(({ arn = "" }) => arn);
  const { daemonRevisions } = await client.send(
    new DescribeDaemonRevisionsCommand({ daemonRevisionArns }),
  );
  expect(daemonArn).toBe(`${ARN}:daemon/main/agent`);
  expect(daemonRevisions).toMatchObject([
    { containerImages: [{ image: "agent:1", imageDigest: "sha256:1" }] },
  ]);
  const gone = new DescribeDaemonCommand({ daemonArn: `${ARN}:daemon/main/other` });
  await expect(client.send(gone)).rejects.toMatchObject({ name: "DaemonNotFoundException" });
});

test("a service in Express mode has active configurations", async () => {
  const { client, simulator } = await start({
    clusters: { main: { plain: {}, express: { express: [{ image: "web:1" }] } } },
  });
  await using _ = simulator;
  const describeExpress = (name: string) =>
    client.send(
      new DescribeExpressGatewayServiceCommand({ serviceArn: `${ARN}:service/main/${name}` }),
    );
  const { service } = await describeExpress("express");
  expect(service?.activeConfigurations).toMatchObject([{ primaryContainer: { image: "web:1" } }]);
  await expect(describeExpress("plain")).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  const { services } = await client.send(
    new DescribeServicesCommand({ cluster: "main", services: ["plain", "express"] }),
  );
  expect(services?.map(({ resourceManagementType }) => resourceManagementType)).toEqual([
    undefined,
    "ECS",
  ]);
});

test("a deployment in progress names its revisions", async () => {
  const currentDeployment = { sources: ["1", "2"], target: "0", rollback: "2" };
  const { client, simulator } = await start({
    clusters: { main: { quiet: {}, web: { currentDeployment } } },
  });
  await using _ = simulator;
  const { serviceDeployments, failures } = await client.send(
    new DescribeServiceDeploymentsCommand({
      serviceDeploymentArns: ["web", "quiet"].map(
        (name) => `${ARN}:service-deployment/main/${name}/current`,
      ),
    }),
  );
  const revision = (id: number) => `${ARN}:service-revision/main/web/${id}`;
  expect(serviceDeployments).toMatchObject([
    {
      status: "IN_PROGRESS",
      sourceServiceRevisions: [{ arn: revision(1) }, { arn: revision(2) }],
      targetServiceRevision: { arn: revision(0) },
      rollback: { serviceRevisionArn: revision(2) },
    },
  ]);
  expect(failures).toMatchObject([{ reason: "MISSING" }]);
});
