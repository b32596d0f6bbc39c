import { REGION } from "../../../simulator/account.ts";

/** What rules, schedules and pipes start. */
export const CLUSTER = `arn:aws:ecs:${REGION}:123456789012:cluster/main`;
export const FUNCTION = { Arn: `arn:aws:lambda:${REGION}:123456789012:function:log` };

/** The target of a rule or a schedule that starts ECS tasks. */
export function tasksOf(TaskDefinitionArn: string) {
  return { Arn: CLUSTER, EcsParameters: { TaskDefinitionArn } };
}
