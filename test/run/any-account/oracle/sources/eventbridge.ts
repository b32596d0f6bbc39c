import { type Row, namedIn } from "./container.ts";
import { startedBy } from "./task-definitions.ts";

export const eventBridge: Row = (account, settings) =>
  [...account.eventBuses.values()]
    .flatMap((rules) => [...rules.values()])
    .flatMap(({ targets }) => targets)
    .flatMap((target) => [
      ...namedIn(target),
      ...startedBy(account, settings, target["EcsParameters"]?.TaskDefinitionArn ?? ""),
    ]);
