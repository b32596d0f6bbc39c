import { GetDownloadUrlForLayerCommand } from "@aws-sdk/client-ecr";
import { DescribeTaskDefinitionCommand, ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";

import { NoSuchHostError, requireAnswers } from "../../src/aws/answers.ts";
import { connectAws } from "../../src/aws/clients.ts";
import { AwsClock } from "../../src/aws/clock.ts";
import { ECR } from "../../src/ecr/ecr.ts";
import { ECS } from "../../src/in-use/sources/ecs/service.ts";
import { useSimulator } from "../make-run.ts";
import { REGION, createAccount } from "../simulator/account.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

async function connect(options: SimulatorOptions = {}) {
  const simulator = await startSimulator(createAccount(), options);
  useSimulator(simulator);
  const aws = await connectAws({ hasTime: () => true, now: Date.now });
  return { simulator, aws };
}

test("a client does not make a call whose answer is not declared", async () => {
  const { simulator, aws } = await connect();
  await using _ = simulator;
  const command = new GetDownloadUrlForLayerCommand({ repositoryName: "app", layerDigest: "x" });
  await expect(aws.client(ECR).send(command)).rejects.toThrow(
    "No answer is declared for GetDownloadUrlForLayer",
  );
  expect(simulator.calls).toEqual([]);
});

test.for([{}, { taskDefinition: null }, { taskDefinition: {} }])(
  "a client retries a call and then fails if the answer %j lacks a nested member",
  async (answer) => {
    const { simulator, aws } = await connect({
      answers: { "ecs:DescribeTaskDefinition": () => answer },
    });
    await using _ = simulator;
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: "web:1" });
    await expect(aws.client(ECS).send(command)).rejects.toMatchObject({
      name: "NoAnswer",
      message: 'the answer lacks "taskDefinition.containerDefinitions"',
    });
    expect(simulator.calls).toHaveLength(3);
  },
);

/** Makes one call of a client each of whose attempts ends with an error. */
async function callFailingWith(code: string, hostname: string): Promise<unknown> {
  const ecs = new ECSClient({
    region: REGION,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    maxAttempts: 1,
    requestHandler: {
      handle: async () => {
        throw Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code, hostname });
      },
    },
  });
  ecs.middlewareStack.use(
    requireAnswers({ "ecs:ListClusters": [] }, new AwsClock(Date.now), new Set()),
  );
  return ecs.send(new ListClustersCommand()).catch((error: unknown) => error);
}

test("only the service's own host name that does not resolve means a Region without the service", async () => {
  const own = `ecs.${REGION}.amazonaws.com`;
  expect(await callFailingWith("ENOTFOUND", own)).toBeInstanceOf(NoSuchHostError);
  expect(await callFailingWith("EAI_AGAIN", own)).not.toBeInstanceOf(NoSuchHostError);
  expect(await callFailingWith("ENOTFOUND", "proxy.example")).toMatchObject({
    name: "NoAnswer",
    message: "the host name proxy.example does not resolve",
  });
});
