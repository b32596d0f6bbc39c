import type { AccountParts } from "../../../simulator/account.ts";
import type { SimulatedTask } from "../../../simulator/services/ecs/state.ts";
import { ELSEWHERE } from "./elsewhere.ts";
import type { Use, UserKinds } from "./use.ts";

function task({ id, cluster }: Use, parts: SimulatedTask): AccountParts {
  return { tasks: { [cluster]: { [id]: parts } } };
}

/** Tasks and daemons; a stopped task uses nothing. */
export const ECS_TASKS: UserKinds = {
  task: (use) => task(use, { containers: [{ image: use.image, digest: use.digest }] }),
  "pending task": (use) => task(use, { containers: [{ image: use.image }] }),
  "task without containers yet": (use) => ({
    ...task(use, { containers: [], taskDefinition: `${use.id}:1` }),
    taskDefinitions: { [`${use.id}:1`]: [ELSEWHERE, use.image], [`${use.id}:2`]: [ELSEWHERE] },
  }),
  "stopped task": (use) =>
    task(use, {
      containers: [{ image: use.image, digest: use.digest }],
      desiredStatus: "STOPPED",
    }),
  daemon: ({ id, cluster, image, digest }) => ({
    daemons: { [cluster]: { [id]: { current: [[{ image: ELSEWHERE }], [{ image, digest }]] } } },
  }),
  "daemon's rollback": ({ id, cluster, image, digest }) => ({
    daemons: {
      [cluster]: { [id]: { current: [[{ image: ELSEWHERE }]], earlier: [[{ image, digest }]] } },
    },
  }),
};
