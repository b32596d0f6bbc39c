import type { AccountParts } from "../../../simulator/account.ts";
import type { SimulatedService } from "../../../simulator/services/ecs/state.ts";
import { ELSEWHERE } from "./elsewhere.ts";
import type { Use, UserKinds } from "./use.ts";

/** A service, and a family whose older revision has the image. */
function service({ id, image, cluster }: Use, parts: SimulatedService): AccountParts {
  return {
    clusters: { [cluster]: { [id]: parts } },
    taskDefinitions: { [older(id)]: [ELSEWHERE, image], [newest(id)]: [ELSEWHERE] },
  };
}

const older = (id: string) => `${id}:1`;
const newest = (id: string) => `${id}:2`;

/** Services, and those that only look as if they used the image: INACTIVE ones. */
export const ECS_SERVICES: UserKinds = {
  service: (use) => service(use, { taskDefinition: older(use.id) }),
  deployment: (use) =>
    service(use, { taskDefinition: newest(use.id), deployments: [newest(use.id), older(use.id)] }),
  "task set": (use) => service(use, { taskSets: [newest(use.id), older(use.id)] }),
  deregistered: (use) => ({
    ...service(use, { taskDefinition: older(use.id) }),
    inactiveTaskDefinitions: [older(use.id)],
  }),
  revision: (use) =>
    service(use, {
      taskDefinition: newest(use.id),
      revisions: [[{ image: use.image, digest: use.digest }]],
    }),
  rollback: (use) =>
    service(use, {
      taskDefinition: newest(use.id),
      revisions: [[{ image: ELSEWHERE }]],
      earlierRevisions: { before: [{ image: use.image, digest: use.digest }] },
      currentDeployment: { sources: ["before"], target: "0" },
    }),
  "service environment": (use) => ({
    clusters: { [use.cluster]: { [use.id]: { taskDefinition: older(use.id) } } },
    taskDefinitions: { [older(use.id)]: [ELSEWHERE], [newest(use.id)]: [ELSEWHERE] },
    environments: { [older(use.id)]: { JOB_IMAGE: use.text } },
  }),
  express: (use) => service(use, { express: [{ image: ELSEWHERE }, { image: use.image }] }),
  "express task definition": (use) =>
    service(use, { express: [{ image: ELSEWHERE, taskDefinition: older(use.id) }] }),
  "inactive service": (use) =>
    service(use, {
      status: "INACTIVE",
      taskDefinition: older(use.id),
      revisions: [[{ image: use.image, digest: use.digest }]],
    }),
};
