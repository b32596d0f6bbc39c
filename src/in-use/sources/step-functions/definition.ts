import { isRecord, parseJson } from "../../../json.ts";
import { findReferencesInDefinition } from "../../../registry/text.ts";

/** A state that starts ECS tasks, or changes what a service starts them from. */
export interface TaskStart {
  /** The state's name. */
  readonly state: string;
  /** ARN, `family:revision` or family; missing if the state machine chooses it at run time. */
  readonly taskDefinition?: string;
  /** Whether the state acts with a role of its own, which can be one of another account. */
  readonly hasOwnRole: boolean;
}

/** What a state machine uses, as far as its definition says. */
export interface Uses {
  /** Every ECR reference in the definition. */
  readonly images: readonly string[];
  readonly taskStarts: readonly TaskStart[];
  readonly isReadable: boolean;
}

/** A call to ECS that has a task definition, by the optimized integration or the AWS SDK. */
const STARTS_TASKS =
  /^arn:[^:]*:states:[^:]*:[^:]*:(?:aws-sdk:)?ecs:(?:runTask|startTask|createService|updateService|createTaskSet)(?:\.|$)/i;

/** Reads a definition in the Amazon States Language, with paths in JSONPath or expressions in JSONata. */
export function readDefinition(text: string): Uses {
  const definition = parseJson(text);
  const isReadable = isRecord(definition);
  return {
    images: findReferencesInDefinition(text),
    taskStarts: isReadable ? taskStartsIn(definition) : [],
    isReadable,
  };
}

/**
 * Finds the states at every depth: in `States`, in the branches of a Parallel state, in the `ItemProcessor` or `Iterator` of
 * a Map state, and wherever the language may put them one day.
 */
function taskStartsIn(definition: unknown): TaskStart[] {
  const found: TaskStart[] = [];
  const rest: { readonly name: string; readonly value: unknown }[] = [
    { name: "", value: definition },
  ];
  for (const { name, value } of rest) {
    if (Array.isArray(value)) for (const each of value) rest.push({ name, value: each });
    if (!isRecord(value)) continue;
    found.push(...taskStartsOf(name, value));
    for (const [key, member] of Object.entries(value)) rest.push({ name: key, value: member });
  }
  return found;
}

function taskStartsOf(state: string, members: Readonly<Record<string, unknown>>): TaskStart[] {
  const { Resource, Arguments, Parameters = Arguments, Credentials } = members;
  if (typeof Resource !== "string" || !STARTS_TASKS.test(Resource)) return [];
  const start = { state, hasOwnRole: Credentials !== undefined };
  // All parameters come from an expression, or from the state's input.
  if (!isRecord(Parameters)) return [start];
  const { TaskDefinition: name } = Parameters;
  if (typeof name === "string" && !name.includes("{%")) return [{ ...start, taskDefinition: name }];
  const isDynamic = name !== undefined || "TaskDefinition.$" in Parameters;
  return isDynamic ? [start] : [];
}
