import { SERVICES } from "../../simulator/services/index.ts";

/** Every call that the simulator answers. */
export const ACTIONS = SERVICES.flatMap(({ prefix, operations }) =>
  Object.keys(operations).map((operation) => `${prefix}:${operation}`),
);

/** Whether a call asks what uses images: every call but those about the images themselves, and about accounts and Regions. */
export function isEvidence(action: string): boolean {
  return !/^(?:ecr|tag|sts|account|organizations):/.test(action);
}
