import {
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
} from "@aws-sdk/client-ecs";
import { GetFunctionCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";

import { REGION, REGISTRY, createAccount } from "./account.ts";
import { settings } from "./ask.ts";
import { startSimulator } from "./simulator.ts";

const image = `${REGISTRY}/app:v1`;
const account = () =>
  createAccount({
    clusters: { main: { web: { taskDefinition: "web:1", revisions: [[{ image }]] } } },
    tasks: { main: [{ containers: [{ image }], taskDefinition: "web:1" }] },
    taskDefinitions: { "web:1": [image] },
    environments: { "web:1": { OWN: "value" } },
    functions: { mailer: image },
  });

test("answers of ECS can be as large as in AWS", async () => {
  await using simulator = await startSimulator(account(), { isVerbose: true });
  const client = new ECSClient(settings(simulator));
  const cluster = "main";

  const { services } = await client.send(
    new DescribeServicesCommand({ cluster, services: ["web"] }),
  );
  const { taskDefinition, events, deployments, loadBalancers } = services?.[0] ?? {};
  expect(events).toHaveLength(100);
  expect(events?.[99]?.createdAt).toBeInstanceOf(Date);
  expect(deployments).toMatchObject([{ taskDefinition, status: "PRIMARY" }]);
  expect(loadBalancers).toHaveLength(1);

  const { serviceRevisions } = await client.send(
    new DescribeServiceRevisionsCommand({
      serviceRevisionArns: [`arn:aws:ecs:${REGION}:123456789012:service-revision/main/web/0`],
    }),
  );
  expect(serviceRevisions?.[0]?.networkConfiguration).toBeDefined();
  expect(serviceRevisions?.[0]?.containerImages).toMatchObject([{ image }]);

  const { tasks } = await client.send(new DescribeTasksCommand({ cluster, tasks: ["task-0"] }));
  expect(tasks?.[0]?.attachments).toHaveLength(1);
  expect(tasks?.[0]?.containers).toMatchObject([
    { image, networkInterfaces: [{ privateIpv4Address: "10.0.1.23" }] },
  ]);

  const described = await client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: "web:1" }),
  );
  const [container] = described.taskDefinition?.containerDefinitions ?? [];
  expect(container).toMatchObject({ image, logConfiguration: { logDriver: "awslogs" } });
  expect(container?.environment).toHaveLength(21);
  expect(container?.environment?.[0]).toEqual({ name: "OWN", value: "value" });
});

test("answers of Lambda can be as large as in AWS", async () => {
  await using simulator = await startSimulator(account(), { isVerbose: true });
  const client = new LambdaClient(settings(simulator));
  const { Functions } = await client.send(new ListFunctionsCommand());
  const { Configuration, Code } = await client.send(
    new GetFunctionCommand({ FunctionName: "mailer" }),
  );
  for (const configuration of [Functions?.[0], Configuration]) {
    expect(configuration).toMatchObject({
      FunctionName: "mailer",
      PackageType: "Image",
      VpcConfig: { VpcId: expect.any(String) },
      LoggingConfig: { LogGroup: "/aws/lambda/mailer" },
    });
    expect(configuration?.Layers).toHaveLength(2);
  }
  expect(Code?.ImageUri).toBe(image);
});

test("answers are brief otherwise", async () => {
  await using simulator = await startSimulator(account());
  const { services } = await new ECSClient(settings(simulator)).send(
    new DescribeServicesCommand({ cluster: "main", services: ["web"] }),
  );
  expect(services?.[0]).not.toHaveProperty("events");
});
