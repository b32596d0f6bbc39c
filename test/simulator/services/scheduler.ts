import {
  type Members,
  type Operation,
  type Place,
  ServiceError,
  mapOf,
  pageOf,
  requireRange,
} from "../operation.ts";
import { restService } from "../service.ts";

interface SchedulerState {
  /** The schedules of each group. */
  readonly scheduleGroups: Map<string, Map<string, SimulatedSchedule>>;
}

interface SimulatedSchedule {
  readonly state?: "ENABLED" | "DISABLED";
  /** As EventBridge Scheduler answers it: an ARN, and for tasks EcsParameters or Input. */
  readonly target: Members & { readonly Arn: string };
}

interface SchedulerParts {
  readonly scheduleGroups?: Record<string, Record<string, SimulatedSchedule>>;
}

function createSchedulerState({ scheduleGroups }: SchedulerParts): SchedulerState {
  return {
    scheduleGroups: mapOf(scheduleGroups, (schedules) => mapOf(schedules, (schedule) => schedule)),
  };
}

/** Lists the schedules of one group or of all, of each target only the ARN. */
const listSchedules: Operation<SchedulerState> = (account, input) => {
  const { ScheduleGroup, MaxResults = 100, NextToken } = input;
  requireRange("MaxResults", Number(MaxResults), 1, 100);
  const schedules = [...account.scheduleGroups]
    .filter(([group]) => ScheduleGroup === undefined || group === ScheduleGroup)
    .flatMap(([group, schedules]) =>
      [...schedules].map(([name, schedule]) => ({
        ...describe(account, group, name, schedule),
        Target: { Arn: schedule.target.Arn },
      })),
    );
  const { items, nextToken } = pageOf(schedules, NextToken, Number(MaxResults));
  return { Schedules: items, NextToken: nextToken };
};

const getSchedule: Operation<SchedulerState> = (account, { Name, groupName = "default" }) => {
  const schedule = account.scheduleGroups.get(groupName)?.get(Name);
  if (schedule === undefined) {
    throw new ServiceError("ResourceNotFoundException", `Schedule ${Name} does not exist.`, 404);
  }
  return {
    ...describe(account, groupName, Name, schedule),
    ScheduleExpression: "rate(1 day)",
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: { RoleArn: `arn:aws:iam::${account.id}:role/scheduler`, ...schedule.target },
  };
};

function describe(place: Place, group: string, name: string, schedule: SimulatedSchedule): Members {
  const { state = "ENABLED" } = schedule;
  return { Arn: arnOf(place, group, name), GroupName: group, Name: name, State: state };
}

function arnOf({ region, id }: Place, group: string, name: string): string {
  return `arn:aws:scheduler:${region}:${id}:schedule/${group}/${name}`;
}

export const scheduler = restService({
  prefix: "scheduler",
  sdkId: "Scheduler",
  pageToken: "NextToken",
  createState: createSchedulerState,
  routes: { ListSchedules: "GET /schedules", GetSchedule: "GET /schedules/{Name}" },
  resourceOf: (place, { Name, groupName = "default" }) => Name && arnOf(place, groupName, Name),
  operations: { ListSchedules: listSchedules, GetSchedule: getSchedule },
});
