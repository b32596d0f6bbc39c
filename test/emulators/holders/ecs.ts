import {
  CreateClusterCommand,
  CreateServiceCommand,
  CreateTaskSetCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";

import { ACCOUNT, EMULATED_REGION } from "../registry.ts";
import { type Holder, OTHER_IMAGE } from "./holder.ts";

export const CLUSTER = `arn:aws:ecs:${EMULATED_REGION}:${ACCOUNT}:cluster/main`;

export const ecs: readonly Holder[] = [
  { name: "service", place: "ECS service main/service", create: createService },
  { name: "task-set", place: "ECS service main/task-set", create: createTaskSet },
  { name: "task", place: "ECS task of", create: runTask },
  { name: "family", place: "ECS task definition family family,", create: registerTaskDefinition },
];

async function registerTaskDefinition(image: string, family: string): Promise<string> {
  const { taskDefinition } = await new ECSClient().send(
    new RegisterTaskDefinitionCommand({
      family,
      containerDefinitions: [{ name: "app", image, memory: 128 }],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? "";
}

/** Registers a task definition that is not the newest of its family: the family alone does not keep its image. */
export async function registerOlderRevision(image: string, family: string): Promise<string> {
  const arn = await registerTaskDefinition(image, family);
  await registerTaskDefinition(OTHER_IMAGE, family);
  return arn;
}

/** A client of ECS, in an account that has the cluster. */
async function ecsWithCluster(): Promise<ECSClient> {
  const client = new ECSClient();
  await client.send(new CreateClusterCommand({ clusterName: "main" }));
  return client;
}

export async function createService(image: string, serviceName: string): Promise<void> {
  const client = await ecsWithCluster();
  const taskDefinition = await registerOlderRevision(image, serviceName);
  await client.send(
    new CreateServiceCommand({ cluster: "main", serviceName, taskDefinition, desiredCount: 1 }),
  );
}

async function createTaskSet(image: string, service: string): Promise<void> {
  const client = await ecsWithCluster();
  const taskDefinition = await registerOlderRevision(image, service);
  await client.send(
    new CreateServiceCommand({
      cluster: "main",
      serviceName: service,
      desiredCount: 1,
      deploymentController: { type: "EXTERNAL" },
    }),
  );
  await client.send(new CreateTaskSetCommand({ cluster: "main", service, taskDefinition }));
}

async function runTask(image: string, family: string): Promise<void> {
  const client = await ecsWithCluster();
  await client.send(
    new RunTaskCommand({
      cluster: "main",
      taskDefinition: await registerOlderRevision(image, family),
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
    }),
  );
}
