import { AppRunnerClient, ListServicesCommand } from "@aws-sdk/client-apprunner";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";

import { REGION, REGISTRY, createAccount, enabled, image } from "./account.ts";
import { SERVICES } from "./services/index.ts";
import { type Simulator, startSimulator } from "./simulator.ts";

/** The settings of an SDK client that asks the simulator once. */
const settings = ({ endpoint }: Simulator) => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: "simulated", secretAccessKey: "simulated" },
  maxAttempts: 1,
});

/** Asks as the JSON protocols do, without a client. */
const post = ({ endpoint }: Simulator, target: string, input: object = {}) =>
  fetch(endpoint, {
    method: "POST",
    headers: { "x-amz-target": target },
    body: JSON.stringify(input),
  });

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
  const inBody = await post(simulator, "AppRunner.DescribeService", { ServiceArn: "gone" });
  const inHeader = await fetch(`${simulator.endpoint}/2015-03-31/functions/gone`);
  expect(inBody.headers.get("content-type")).toBe("application/x-amz-json-1.0");
  expect(await inBody.json()).toMatchObject({ __type: "ResourceNotFoundException" });
  expect(inHeader.status).toBe(404);
  expect(inHeader.headers.get("x-amzn-errortype")).toBe("ResourceNotFoundException");
  expect(await inHeader.json()).not.toHaveProperty("__type");
});

test("a request that no service knows is refused", async () => {
  await using simulator = await startSimulator(createAccount());
  const response = await fetch(`${simulator.endpoint}/clusters`);
  expect(response.status).toBe(404);
  expect(simulator.calls).toMatchObject([
    { action: "unknown:GET /clusters", error: "UnknownOperationException" },
  ]);
});
