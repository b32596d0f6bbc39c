import { FUNCTION, tasksOf } from "./targets.ts";
import type { UserKinds } from "./use.ts";

export const RULES: UserKinds = {
  rule: (use) => ({
    ...use.start.parts,
    eventBuses: { default: { [use.id]: { targets: [FUNCTION, tasksOf(use)] } } },
  }),
  "disabled rule": (use) => ({
    ...use.start.parts,
    eventBuses: { default: { [use.id]: { state: "DISABLED", targets: [tasksOf(use)] } } },
  }),
  "rule of another bus": (use) => ({
    ...use.start.parts,
    eventBuses: { [`bus-${use.id}`]: { [use.id]: { targets: [tasksOf(use)] } } },
  }),
  "input of a rule": ({ id, text }) => ({
    eventBuses: { orders: { [id]: { targets: [{ ...FUNCTION, Input: text }] } } },
  }),
};
