import type { AccountParts } from "../../../simulator/account.ts";
import type { Members } from "../../../simulator/operation.ts";
import { ELSEWHERE } from "./elsewhere.ts";
import type { Use, UserKinds } from "./use.ts";

/** Job definitions and jobs; INACTIVE definitions and finished jobs use nothing. */
export const BATCH_JOBS: UserKinds = {
  "job definition": ({ id, image }) => definition(id, { containerProperties: { image } }),
  "job definition for ECS": ({ id, image }) => definition(id, { ecsProperties: ecs(image) }),
  "job definition for EKS": ({ id, image }) =>
    definition(id, {
      eksProperties: {
        podProperties: { containers: [{ image: ELSEWHERE }], initContainers: [{ image }] },
      },
    }),
  "job definition of several nodes": ({ id, image }) =>
    definition(id, {
      nodeProperties: {
        nodeRangeProperties: [
          { targetNodes: "0", container: { image: ELSEWHERE } },
          { targetNodes: "1:", ecsProperties: ecs(image) },
        ],
      },
    }),
  "environment of a job definition": ({ id, text }) =>
    definition(id, {
      containerProperties: { image: ELSEWHERE, environment: [{ name: "IMAGE", value: text }] },
    }),
  "command of a job definition": ({ id, text }) =>
    definition(id, { containerProperties: { image: ELSEWHERE, command: ["run", text] } }),
  "parameters of a job definition": ({ id, text }) =>
    definition(id, { containerProperties: { image: ELSEWHERE }, parameters: { runner: text } }),
  "INACTIVE job definition": ({ id, image }) => ({
    jobDefinitions: {
      [`${id}:1`]: { status: "INACTIVE", properties: { containerProperties: { image } } },
    },
    jobQueues: { [`queue-${id}`]: {} },
  }),
  "job SUBMITTED": job("SUBMITTED"),
  "job RUNNABLE": job("RUNNABLE"),
  "job STARTING": job("STARTING"),
  "job RUNNING": job("RUNNING"),
  "job for ECS": ({ id, image }) => ({
    jobQueues: { main: { [id]: { status: "PENDING", properties: { ecsProperties: ecs(image) } } } },
  }),
  "job SUCCEEDED": job("SUCCEEDED"),
  "job FAILED": job("FAILED"),
};

function definition(id: string, properties: Members): Pick<AccountParts, "jobDefinitions"> {
  return { jobDefinitions: { [`${id}:1`]: { properties } } };
}

/** A job whose definition is no longer ACTIVE. */
function job(status: string) {
  return ({ id, image }: Use): AccountParts => ({
    jobDefinitions: {
      [`${id}:1`]: { status: "INACTIVE", properties: { containerProperties: { image } } },
    },
    jobQueues: {
      main: { [id]: { status, jobDefinition: `${id}:1`, properties: { container: { image } } } },
    },
  });
}

function ecs(image: string): Members {
  return { taskProperties: [{ containers: [{ image: ELSEWHERE }, { image }] }] };
}
