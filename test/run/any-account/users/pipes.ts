import { FUNCTION, clusterIn } from "./targets.ts";
import type { Use, UserKinds } from "./use.ts";

/** Pipes; nobody expects an image in what a pipe sends to a function. */
export const PIPES: UserKinds = {
  pipe: (use) => ({ ...use.start.parts, pipes: { [use.id]: pipeOf(use) } }),
  "stopped pipe": (use) => ({
    ...use.start.parts,
    pipes: { [use.id]: { ...pipeOf(use), state: "STOPPED" } },
  }),
  "overrides of a pipe": (use) => ({
    ...use.start.parts,
    pipes: {
      [use.id]: pipeOf(use, {
        ContainerOverrides: [{ Environment: [{ name: "IMAGE", value: use.text }] }],
      }),
    },
  }),
  "pipe to a function": ({ id, text }) => ({
    pipes: { [id]: { target: FUNCTION.Arn, targetParameters: { InputTemplate: text } } },
  }),
};

function pipeOf({ place, start }: Use, Overrides: object = {}) {
  return {
    target: clusterIn(place),
    targetParameters: { EcsTaskParameters: { TaskDefinitionArn: start.name, Overrides } },
  };
}
