import {
  GetScheduleCommand,
  type GetScheduleOutput,
  type ScheduleSummary,
  SchedulerClient,
  paginateListSchedules,
} from "@aws-sdk/client-scheduler";
import pMap from "p-map";

import { call, collect, isGone, required } from "../../aws/calls.ts";
import { CONCURRENT_CALLS, type Service } from "../../aws/clients.ts";
import { isRecord, parseJson } from "../../json.ts";
import { findReferencesIn } from "../../registry/text.ts";
import { whereAvailable } from "./availability.ts";
import type { Report, Source } from "./source.ts";
import { isCluster, reportTaskStart } from "./task-starts.ts";

const SCHEDULER = {
  Client: SchedulerClient,
  limits: [
    { burst: 50, perSecond: 50, actions: ["scheduler:ListSchedules"] },
    { burst: 250, perSecond: 250, actions: ["scheduler:GetSchedule"] },
  ],
  answers: { "scheduler:GetSchedule": ["Target"], "scheduler:ListSchedules": ["Schedules"] },
} satisfies Service<SchedulerClient>;

/** The largest page of ListSchedules (API limit). */
const PAGE_SIZE = 100;

const ACTION = "scheduler:GetSchedule";

/** Reports what the schedules of every group start ECS tasks from. */
export const source: Source = {
  id: "scheduler",
  title: "EventBridge Scheduler",
  evidence: [
    "the task definitions that the schedules of every group start tasks from, by an ECS target or a call of the AWS SDK, disabled and finished schedules included",
    "every ECR reference in such a target, and in one that starts a SageMaker pipeline",
  ],
  blindSpots: [
    "ECR references that a schedule or a pipe gives to a target other than ECS tasks, SageMaker pipelines and calls of the AWS SDK",
  ],
  statements: [
    {
      Sid: "ReadSchedulerSchedules",
      Action: Object.keys(SCHEDULER.answers),
      purpose: "the ECS tasks that EventBridge Scheduler starts",
    },
  ],
  read: async (scope, report) =>
    whereAvailable(async () => {
      const client = scope.client(SCHEDULER);
      await pMap(
        await listSchedules(client),
        async (schedule) => readSchedule(client, schedule, report),
        { concurrency: CONCURRENT_CALLS },
      );
    }),
};

/**
 * Lists the schedules of all groups that start tasks or a SageMaker pipeline, or call the AWS SDK. An account can have
 * millions of others.
 */
async function listSchedules(client: SchedulerClient): Promise<ScheduleSummary[]> {
  return collect(
    {
      action: "scheduler:ListSchedules",
      resource: "the account's schedules",
      paginator: paginateListSchedules({ client, pageSize: PAGE_SIZE }, {}),
    },
    (page) =>
      page.Schedules?.filter(({ Target }) => mayStartTasks(Target?.Arn)).map(
        ({ Name, GroupName }) => ({ Name, GroupName }),
      ),
  );
}

function mayStartTasks(target: string | undefined): boolean {
  return target === undefined || isCluster(target) || /:aws-sdk:|:pipeline\//.test(target);
}

async function readSchedule(
  client: SchedulerClient,
  { Name, GroupName }: ScheduleSummary,
  report: Report,
): Promise<void> {
  const place = `EventBridge Scheduler schedule ${GroupName}/${Name}`;
  const schedule = await getSchedule(client, new GetScheduleCommand({ Name, GroupName }), place);
  if (schedule === undefined) return;
  const { Arn: arn = "", Target: target } = schedule;
  for (const image of findReferencesIn(target ?? {})) report.image(image, place);
  const name = taskDefinitionOf(schedule, place);
  if (name !== undefined) reportTaskStart(report, name, { arn, place });
}

async function getSchedule(
  client: SchedulerClient,
  command: GetScheduleCommand,
  place: string,
): Promise<GetScheduleOutput | undefined> {
  try {
    return await call(ACTION, place, () => client.send(command));
  } catch (error) {
    if (isGone(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}

/** The task definition that a schedule names: its target's own, or that of the call to ECS that its input is for. */
function taskDefinitionOf({ Target }: GetScheduleOutput, place: string): string | undefined {
  if (isCluster(Target?.Arn) || Target?.EcsParameters !== undefined) {
    return required(Target?.EcsParameters?.TaskDefinitionArn, ACTION, place);
  }
  if (Target?.Arn?.includes(":aws-sdk:ecs:") !== true) return undefined;
  // Scheduler cannot call ECS with an input that is no JSON.
  const input = parseJson(Target.Input ?? "");
  const name = isRecord(input) ? input["TaskDefinition"] : undefined;
  return typeof name === "string" ? name : undefined;
}
