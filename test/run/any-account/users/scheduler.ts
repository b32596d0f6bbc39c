import { FUNCTION, tasksOf } from "./targets.ts";
import type { UserKinds } from "./use.ts";

/** Schedules; nobody expects an image in what a schedule sends to a function. */
export const SCHEDULES: UserKinds = {
  schedule: ({ id, start: { name, parts } }) => ({
    ...parts,
    scheduleGroups: { default: { [id]: { target: tasksOf(name) } } },
  }),
  "disabled schedule of another group": ({ id, start: { name, parts } }) => ({
    ...parts,
    scheduleGroups: { [`group-${id}`]: { [id]: { state: "DISABLED", target: tasksOf(name) } } },
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
  "overrides of a schedule": ({ id, text, start: { name, parts } }) => ({
    ...parts,
    scheduleGroups: { default: { [id]: { target: { ...tasksOf(name), Input: text } } } },
  }),
  "schedule of a function": ({ id, text }) => ({
    scheduleGroups: { default: { [id]: { target: { ...FUNCTION, Input: text } } } },
  }),
};

function callOf(call: string, input: object) {
  return { Arn: `arn:aws:scheduler:::aws-sdk:${call}`, Input: JSON.stringify(input) };
}
