import type { Members } from "../../../../simulator/operation.ts";
import { type Row, namedInDefinition } from "./container.ts";
import { startedBy } from "./task-definitions.ts";

/** State machines and their published versions. What a machine chooses while it runs, nobody knows. */
export const stepFunctions: Row = (account, settings) =>
  [...account.stateMachines.values()]
    .flatMap(({ definition, versions = {} }) => [definition, ...Object.values(versions)])
    .flatMap((definition) => [
      ...namedInDefinition(definition),
      ...statesIn(definition).flatMap(({ Parameters, Arguments }) =>
        startedBy(account, settings, (Parameters ?? Arguments)?.TaskDefinition ?? ""),
      ),
    ]);

/** The states of a definition, those inside maps and branches too. */
function statesIn(value: unknown): Members[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(statesIn);
  return "Type" in value ? [value, ...inside] : inside;
}
