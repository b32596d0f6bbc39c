import { FUNCTION, tasksOf } from "./targets.ts";
import type { UserKinds } from "./use.ts";

/** Schedules; nobody expects an image in what a schedule sends to a function. */
export const SCHEDULES: UserKinds = {
  schedule: (use) => ({
    ...use.start.parts,
    scheduleGroups: { default: { [use.id]: { target: tasksOf(use) } } },
  }),
  "disabled schedule of another group": (use) => ({
    ...use.start.parts,
    scheduleGroups: {
      [`group-${use.id}`]: { [use.id]: { state: "DISABLED", target: tasksOf(use) } },
    },
  }),
  "schedule of a call to ECS": ({ id, start: { name, parts } }) => ({
    ...parts,
    scheduleGroups: {
      default: { [id]: { target: callOf("ecs:runTask", { TaskDefinition: name, Count: 1 }) } },
    },
  }),
  "schedule of another call": ({ id, text }) => ({
    scheduleGroups: {
      default: { [id]: { target: callOf("batch:submitJob", { Parameters: { image: text } }) } },
    },
  }),
  "overrides of a schedule": (use) => ({
    ...use.start.parts,
    scheduleGroups: { default: { [use.id]: { target: { ...tasksOf(use), Input: use.text } } } },
  }),
  "schedule of a function": ({ id, text }) => ({
    scheduleGroups: { default: { [id]: { target: { ...FUNCTION, Input: text } } } },
  }),
};

function callOf(call: string, input: object) {
  return { Arn: `arn:aws:scheduler:::aws-sdk:${call}`, Input: JSON.stringify(input) };
}
