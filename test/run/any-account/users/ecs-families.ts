import { ELSEWHERE } from "./elsewhere.ts";
import type { UserKinds } from "./use.ts";

/** Families of task definitions that nothing runs: their newest ACTIVE revisions count. */
export const ECS_FAMILIES: UserKinds = {
  "newest revision": ({ id, image }) => ({
    taskDefinitions: { [`${id}:9`]: [ELSEWHERE], [`${id}:10`]: [ELSEWHERE, image] },
  }),
  "older revision": ({ id, image }) => ({
    taskDefinitions: { [`${id}:9`]: [ELSEWHERE, image], [`${id}:10`]: [ELSEWHERE] },
  }),
  "oldest revision": ({ id, image }) => ({
    taskDefinitions: { [`${id}:1`]: [image], [`${id}:2`]: [ELSEWHERE], [`${id}:3`]: [ELSEWHERE] },
  }),
  "newest ACTIVE revision": ({ id, image }) => ({
    taskDefinitions: { [`${id}:1`]: [image], [`${id}:2`]: [ELSEWHERE] },
    inactiveTaskDefinitions: [`${id}:2`],
  }),
  "deregistered revision": ({ id, image }) => ({
    taskDefinitions: { [`${id}:1`]: [image] },
    inactiveTaskDefinitions: [`${id}:1`],
  }),
  "family environment": ({ id, text }) => ({
    taskDefinitions: { [`${id}:1`]: [ELSEWHERE] },
    environments: { [`${id}:1`]: { JOB_IMAGE: text } },
  }),
};
