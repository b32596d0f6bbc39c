import type { Members } from "../../../../simulator/operation.ts";
import { type Row, namedIn } from "./container.ts";
import { startedBy } from "./task-definitions.ts";

/** Schedules with an ECS target or a call of the AWS SDK. */
export const scheduler: Row = (account, settings) =>
  [...account.scheduleGroups.values()]
    .flatMap((schedules) => [...schedules.values()])
    .map(({ target }) => target)
    .filter(({ Arn }) => Arn.includes(":cluster/") || Arn.includes(":aws-sdk:"))
    .flatMap((target) => [
      ...namedIn(target),
      ...startedBy(account, settings, taskDefinitionOf(target)),
    ]);

function taskDefinitionOf({ Arn, EcsParameters, Input }: Members): string {
  if (Arn.endsWith(":aws-sdk:ecs:runTask")) return JSON.parse(Input).TaskDefinition;
  return EcsParameters?.TaskDefinitionArn ?? "";
}
