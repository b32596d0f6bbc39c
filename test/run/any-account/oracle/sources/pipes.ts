import { type Row, namedIn } from "./container.ts";
import { startedBy } from "./task-definitions.ts";

/** Pipes with an ECS target. */
export const pipes: Row = (account, settings) =>
  [...account.pipes.values()]
    .filter(({ target }) => target.includes(":cluster/"))
    .flatMap(({ targetParameters = {} }) => [
      ...namedIn(targetParameters),
      ...startedBy(account, settings, targetParameters["EcsTaskParameters"].TaskDefinitionArn),
    ]);
