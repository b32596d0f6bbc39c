import type { Place } from "../../../simulator/operation.ts";
import type { Use } from "./use.ts";

/** What rules, schedules and pipes start. */
export function clusterIn({ id, region }: Place): string {
  return `arn:aws:ecs:${region}:${id}:cluster/main`;
}
export const FUNCTION = { Arn: "arn:aws:lambda:eu-west-1:123456789012:function:log" };

/** The target of a rule or a schedule that starts ECS tasks. */
export function tasksOf({ place, start }: Use) {
  return { Arn: clusterIn(place), EcsParameters: { TaskDefinitionArn: start.name } };
}
