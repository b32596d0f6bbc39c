import { GetDownloadUrlForLayerCommand } from "@aws-sdk/client-ecr";
import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";

import { connectAws } from "../../src/aws/clients.ts";
import { ECR } from "../../src/ecr/ecr.ts";
import { ECS } from "../../src/in-use/sources/ecs/service.ts";
import { useSimulator } from "../make-run.ts";
import { createAccount } from "../simulator/account.ts";
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
