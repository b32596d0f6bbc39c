import type { AccountParts } from "../../../simulator/account.ts";
import type { Members } from "../../../simulator/operation.ts";
import type { UserKinds } from "./use.ts";

/** State machines; nobody knows what those start that choose their task definition at run time. */
export const STATE_MACHINES: UserKinds = {
  "state machine": ({ id, start: { name, parts } }) => ({
    ...parts,
    ...machine(id, { Run: runTask({ Parameters: { TaskDefinition: name } }) }),
  }),
  "state machine in JSONata": ({ id, start: { name, parts } }) => ({
    ...parts,
    ...machine(id, { Run: runTask({ Arguments: { TaskDefinition: name } }) }),
  }),
  "state machine with a map": ({ id, start: { name, parts } }) => {
    const States = { Run: runTask({ Parameters: { TaskDefinition: name } }) };
    return { ...parts, ...machine(id, { Each: { Type: "Map", ItemProcessor: { States } } }) };
  },
  "state machine with branches": ({ id, start: { name, parts } }) => {
    const States = { Run: runTask({ Parameters: { TaskDefinition: name } }) };
    const Branches = [{ States: { Wait: { Type: "Wait" } } }, { States }];
    return { ...parts, ...machine(id, { Both: { Type: "Parallel", Branches } }) };
  },
  "state machine that updates a service": ({ id, start: { name, parts } }) => ({
    ...parts,
    ...machine(id, {
      Deploy: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:ecs:updateService",
        Parameters: { Service: "web", TaskDefinition: name },
      },
    }),
  }),
  "published version": ({ id, start: { name, parts } }) => {
    const States = { Run: runTask({ Parameters: { TaskDefinition: name } }) };
    return { ...parts, stateMachines: { [id]: { definition: {}, versions: { 1: { States } } } } };
  },
  "text of a state machine": ({ id, text }) =>
    machine(id, { Start: { Type: "Pass", Result: { note: text } } }),
  "state machine that chooses": ({ id, start: { parts } }) => ({
    ...parts,
    ...machine(id, { Run: runTask({ Parameters: { "TaskDefinition.$": "$.task" } }) }),
  }),
  "state machine that chooses in JSONata": ({ id, start: { parts } }) => ({
    ...parts,
    ...machine(id, { Run: runTask({ Arguments: { TaskDefinition: "{% $states.input.task %}" } }) }),
  }),
};

function machine(id: string, States: Members): Pick<AccountParts, "stateMachines"> {
  return { stateMachines: { [id]: { definition: { States } } } };
}

function runTask(parameters: Members): Members {
  return { Type: "Task", Resource: "arn:aws:states:::ecs:runTask.sync", ...parameters };
}
