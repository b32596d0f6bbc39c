import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  type RuleState,
} from "@aws-sdk/client-eventbridge";
import { CreatePipeCommand, PipesClient } from "@aws-sdk/client-pipes";
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  SchedulerClient,
  type Target,
} from "@aws-sdk/client-scheduler";
import {
  CreateStateMachineCommand,
  PublishStateMachineVersionCommand,
  SFNClient,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";

import { ACCOUNT, EMULATED_REGION } from "../registry.ts";
import { CLUSTER, registerOlderRevision } from "./ecs.ts";
import { type Holder, OTHER_IMAGE, ROLE } from "./holder.ts";

export const eventbridge: readonly Holder[] = [
  {
    name: "rule",
    place: "EventBridge rule rule,",
    create: async (image, name) => createRule(image, name, "default", "ENABLED"),
  },
  {
    name: "disabled-rule",
    place: "EventBridge rule orders/disabled-rule",
    create: async (image, name) => {
      await new EventBridgeClient().send(new CreateEventBusCommand({ Name: "orders" }));
      await createRule(image, name, "orders", "DISABLED");
    },
  },
];

async function createRule(image: string, Name: string, EventBusName: string, State: RuleState) {
  const client = new EventBridgeClient();
  const EventPattern = JSON.stringify({ source: ["orders"] });
  await client.send(new PutRuleCommand({ Name, EventBusName, EventPattern, State }));
  const TaskDefinitionArn = await registerOlderRevision(image, Name);
  const target = {
    Id: "task",
    Arn: CLUSTER,
    RoleArn: ROLE,
    EcsParameters: { TaskDefinitionArn },
  };
  await client.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets: [target] }));
}

export const scheduler: readonly Holder[] = [
  {
    name: "schedule",
    place: "EventBridge Scheduler schedule default/schedule",
    create: async (image, name) =>
      createSchedule(name, "default", {
        Arn: CLUSTER,
        RoleArn: ROLE,
        EcsParameters: { TaskDefinitionArn: await registerOlderRevision(image, name) },
      }),
  },
  {
    name: "schedule-by-sdk",
    place: "EventBridge Scheduler schedule reports/schedule-by-sdk",
    create: async (image, name) => {
      const TaskDefinition = await registerOlderRevision(image, name);
      await new SchedulerClient().send(new CreateScheduleGroupCommand({ Name: "reports" }));
      await createSchedule(name, "reports", {
        Arn: "arn:aws:scheduler:::aws-sdk:ecs:runTask",
        RoleArn: ROLE,
        Input: JSON.stringify({ Cluster: CLUSTER, TaskDefinition }),
      });
    },
  },
];

async function createSchedule(Name: string, GroupName: string, Target: Target) {
  await new SchedulerClient().send(
    new CreateScheduleCommand({
      Name,
      GroupName,
      Target,
      ScheduleExpression: "rate(1 day)",
      FlexibleTimeWindow: { Mode: "OFF" },
    }),
  );
}

export const pipes: readonly Holder[] = [
  { name: "pipe", place: "EventBridge pipe pipe", create: createPipe },
];

export async function createPipe(image: string, Name: string): Promise<void> {
  const TaskDefinitionArn = await registerOlderRevision(image, Name);
  await new PipesClient().send(
    new CreatePipeCommand({
      Name,
      RoleArn: ROLE,
      Source: `arn:aws:sqs:${EMULATED_REGION}:${ACCOUNT}:orders`,
      Target: CLUSTER,
      TargetParameters: { EcsTaskParameters: { TaskDefinitionArn } },
    }),
  );
}

export const stepFunctions: readonly Holder[] = [
  { name: "machine", place: "Step Functions state machine machine,", create: createMachine },
  {
    name: "machine-version",
    place: "Step Functions state machine machine-version:1",
    create: publishMachine,
  },
];

async function createMachine(image: string, name: string) {
  const { stateMachineArn } = await new SFNClient().send(
    new CreateStateMachineCommand({
      name,
      roleArn: ROLE,
      definition: definitionOf(await registerOlderRevision(image, name)),
    }),
  );
  return stateMachineArn;
}

/** Creates a state machine with a version, and takes the image out of its current definition. */
async function publishMachine(image: string, name: string): Promise<void> {
  const client = new SFNClient();
  const stateMachineArn = await createMachine(image, name);
  await client.send(new PublishStateMachineVersionCommand({ stateMachineArn }));
  const definition = definitionOf(await registerOlderRevision(OTHER_IMAGE, `${name}-2`));
  await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
}

function definitionOf(TaskDefinition: string): string {
  const Run = {
    Type: "Task",
    Resource: "arn:aws:states:::ecs:runTask.sync",
    Parameters: { Cluster: CLUSTER, TaskDefinition },
    End: true,
  };
  return JSON.stringify({ StartAt: "Run", States: { Run } });
}
