import { CLUSTER, FUNCTION } from "./targets.ts";
import type { UserKinds } from "./use.ts";

/** Pipes; nobody expects an image in what a pipe sends to a function. */
export const PIPES: UserKinds = {
  pipe: ({ id, start: { name, parts } }) => ({ ...parts, pipes: { [id]: pipeTo(name) } }),
  "stopped pipe": ({ id, start: { name, parts } }) => ({
    ...parts,
    pipes: { [id]: { ...pipeTo(name), state: "STOPPED" } },
  }),
  "overrides of a pipe": ({ id, text, start: { name, parts } }) => ({
    ...parts,
    pipes: {
      [id]: pipeTo(name, {
        ContainerOverrides: [{ Environment: [{ name: "IMAGE", value: text }] }],
      }),
    },
  }),
  "pipe to a function": ({ id, text }) => ({
    pipes: { [id]: { target: FUNCTION.Arn, targetParameters: { InputTemplate: text } } },
  }),
};

function pipeTo(TaskDefinitionArn: string, Overrides: object = {}) {
  return {
    target: CLUSTER,
    targetParameters: { EcsTaskParameters: { TaskDefinitionArn, Overrides } },
  };
}
