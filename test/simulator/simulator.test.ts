import { AppRunnerClient, ListServicesCommand } from "@aws-sdk/client-apprunner";
import { DescribeImagesCommand, DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { describe, expect, test, vi } from "vitest";

import { REGION, REGISTRY, createAccount, enabled, image } from "./account.ts";
import { ask, settings } from "./ask.ts";
import type { Fault } from "./faults.ts";
import { SERVICES } from "./services/index.ts";
import { type Simulator, startSimulator } from "./simulator.ts";

const ECS = "AmazonEC2ContainerServiceV20141113";

test("no two services have the same prefix", () => {
  const prefixes = SERVICES.map(({ prefix }) => prefix);
  expect(new Set(prefixes).size).toBe(prefixes.length);
});

test("clients of the JSON and REST protocols get their answers", async () => {
  await using simulator = await startSimulator(
    createAccount({
      repositories: { app: enabled([image("v1")]) },
      clusters: { main: {} },
      functions: { mailer: `${REGISTRY}/app:v1` },
      appRunnerServices: { web: { status: "RUNNING" } },
    }),
  );
  const { repositories } = await new ECRClient(settings(simulator)).send(
    new DescribeRepositoriesCommand(),
  );
  const { clusterArns } = await new ECSClient(settings(simulator)).send(new ListClustersCommand());
  const { Code } = await new LambdaClient(settings(simulator)).send(
    new GetFunctionCommand({ FunctionName: "mailer" }),
  );
  const { ServiceSummaryList } = await new AppRunnerClient(settings(simulator)).send(
    new ListServicesCommand(),
  );
  expect(repositories?.map(({ repositoryName }) => repositoryName)).toEqual(["app"]);
  expect(clusterArns).toEqual([`arn:aws:ecs:${REGION}:123456789012:cluster/main`]);
  expect(Code?.ImageUri).toBe(`${REGISTRY}/app:v1`);
  expect(ServiceSummaryList?.map(({ ServiceName }) => ServiceName)).toEqual(["web"]);
});

test("errors carry their code where the protocol has it", async () => {
  await using simulator = await startSimulator(createAccount());
  const inBody = await ask(simulator, "AppRunner.DescribeService", { ServiceArn: "gone" });
  const inHeader = await ask(simulator, "GET /2015-03-31/functions/gone");
  expect(inBody.headers.get("content-type")).toBe("application/x-amz-json-1.0");
  expect(await inBody.json()).toMatchObject({ __type: "ResourceNotFoundException" });
  expect(inHeader.status).toBe(404);
  expect(inHeader.headers.get("x-amzn-errortype")).toBe("ResourceNotFoundException");
  expect(await inHeader.json()).not.toHaveProperty("__type");
});

test("a request that no service knows is refused", async () => {
  await using simulator = await startSimulator(createAccount());
  const response = await ask(simulator, "GET /nodes");
  expect(response.status).toBe(404);
  expect(simulator.calls).toMatchObject([
    { action: "unknown:GET /nodes", error: "UnknownOperationException" },
  ]);
});

describe("a fault", () => {
  const start = (fault: Fault, nth = 0) =>
    startSimulator(createAccount({ clusters: { a: {}, b: {} } }), {
      faults: (action, _, before) =>
        action === "ecs:ListClusters" && before === nth ? fault : undefined,
    });
  const listClusters = (simulator: Simulator) =>
    ask(simulator, `${ECS}.ListClusters`, { maxResults: 1 });

  test("hits only the call that it is for", async () => {
    await using simulator = await start({ kind: "unavailable" }, 1);
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await listClusters(simulator)).status);
    expect(statuses).toEqual([200, 503, 200]);
    expect(simulator.calls.map(({ error }) => error)).toEqual([
      undefined,
      "ServiceUnavailableException",
      undefined,
    ]);
  });

  test.for<{ fault: Fault; status: number; body: string }>([
    { fault: { kind: "empty" }, status: 200, body: "{}" },
    { fault: { kind: "no-body" }, status: 200, body: "" },
    { fault: { kind: "cut" }, status: 200, body: '{"clusterArns":["arn:aws:ecs:eu-west-1:12' },
    {
      fault: { kind: "throttled" },
      status: 400,
      body: '{"__type":"ThrottlingException","message":"Rate exceeded"}',
    },
    {
      fault: { kind: "error", code: "ServerException", message: "Oops", status: 500 },
      status: 500,
      body: '{"__type":"ServerException","message":"Oops"}',
    },
    {
      fault: { kind: "without", member: "clusterArns" },
      status: 200,
      body: '{"nextToken":"MQ=="}',
    },
  ])("of kind $fault.kind is answered", async ({ fault, status, body }) => {
    await using simulator = await start(fault);
    const response = await listClusters(simulator);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-length")).toBe(String(body.length));
    expect(await response.text()).toBe(body);
    expect(simulator.calls).toMatchObject([{ fault: fault.kind }]);
  });

  test("of kind html is a page of its status", async () => {
    await using simulator = await start({ kind: "html", status: 511 });
    const response = await listClusters(simulator);
    expect(response.status).toBe(511);
    expect(response.headers.get("content-type")).toBe("text/html");
    expect(await response.text()).toContain("<html>");
  });

  test("of kind reset ends the connection within the body", async () => {
    await using simulator = await start({ kind: "reset" });
    const response = await listClusters(simulator);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow("terminated");
  });

  test("of kind repeat-token lets no pager end", async () => {
    await using simulator = await startSimulator(createAccount({ clusters: { a: {} } }), {
      faults: () => ({ kind: "repeat-token" }),
    });
    const client = new ECSClient(settings(simulator));
    const first = await client.send(new ListClustersCommand());
    const second = await client.send(new ListClustersCommand({ nextToken: first.nextToken }));
    expect(first.nextToken).toBeDefined();
    expect(second).toMatchObject({ clusterArns: first.clusterArns, nextToken: first.nextToken });
  });
});

test("one repository can be denied, and the refusal names it", async () => {
  await using simulator = await startSimulator(
    createAccount({ repositories: { open: enabled([]), closed: enabled([]) } }),
    { isAllowed: (_, { repositoryName }) => repositoryName !== "closed" },
  );
  const client = new ECRClient(settings(simulator));
  const describe = (repositoryName: string) =>
    client.send(new DescribeImagesCommand({ repositoryName }));
  expect((await describe("open")).imageDetails).toEqual([]);
  await expect(describe("closed")).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining(
      `not authorized to perform: ecr:DescribeImages on resource: arn:aws:ecr:${REGION}:123456789012:repository/closed `,
    ),
  });
});

test("answers have a request id, and a date that can be wrong", async () => {
  const day = 86_400_000;
  await using simulator = await startSimulator(createAccount(), { clockSkewMs: 40 * day });
  const { headers } = await ask(simulator, `${ECS}.ListClusters`);
  const skew = Date.parse(headers.get("date") ?? "") - Date.now();
  expect(Math.round(skew / day)).toBe(40);
  expect(headers.get("x-amzn-requestid")).toMatch(/^[\da-f-]{36}$/);
});

test("a Region can lack a service: its host name does not resolve", async () => {
  await using simulator = await startSimulator(createAccount());
  for (const [name, value] of Object.entries(simulator.envWithout("apprunner"))) {
    vi.stubEnv(name, value);
  }
  const listServices = new AppRunnerClient({ maxAttempts: 1 }).send(new ListServicesCommand());
  await expect(listServices).rejects.toMatchObject({ code: "ENOTFOUND" });
  const { clusterArns } = await new ECSClient().send(new ListClustersCommand());
  expect(clusterArns).toEqual([]);
});

test("the published list of App Runner's Regions can be empty", async () => {
  await using simulator = await startSimulator(createAccount({ appRunnerRegions: [] }));
  const input = { Path: "/aws/service/global-infrastructure/services/apprunner/regions" };
  const first = await (await ask(simulator, "AmazonSSM.GetParametersByPath", input)).json();
  const { NextToken } = first as { NextToken: string };
  const last = await ask(simulator, "AmazonSSM.GetParametersByPath", { ...input, NextToken });
  expect(await last.json()).toEqual({ Parameters: [] });
});
