import { SERVICES } from "../../simulator/services/index.ts";

/** Every call that the simulator answers. */
export const ACTIONS = SERVICES.flatMap(({ prefix, operations }) =>
  Object.keys(operations).map((operation) => `${prefix}:${operation}`),
);

/** Whether a call asks what uses images, not about images, accounts and Regions, nor where results are kept. */
export function isEvidence(action: string): boolean {
  return !/^(?:ecr|tag|sts|account|organizations|s3|sns):/.test(action);
}
