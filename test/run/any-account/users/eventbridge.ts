import { FUNCTION, tasksOf } from "./targets.ts";
import type { UserKinds } from "./use.ts";

export const RULES: UserKinds = {
  rule: ({ id, start: { name, parts } }) => ({
    ...parts,
    eventBuses: { default: { [id]: { targets: [FUNCTION, tasksOf(name)] } } },
  }),
  "disabled rule": ({ id, start: { name, parts } }) => ({
    ...parts,
    eventBuses: { default: { [id]: { state: "DISABLED", targets: [tasksOf(name)] } } },
  }),
  "rule of another bus": ({ id, start: { name, parts } }) => ({
    ...parts,
    eventBuses: { [`bus-${id}`]: { [id]: { targets: [tasksOf(name)] } } },
  }),
  "input of a rule": ({ id, text }) => ({
    eventBuses: { orders: { [id]: { targets: [{ ...FUNCTION, Input: text }] } } },
  }),
};
