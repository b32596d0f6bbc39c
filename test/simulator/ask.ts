import { REGION } from "./account.ts";
import type { Simulator } from "./simulator.ts";

/** The settings of an SDK client that asks the simulator once. */
export const settings = ({ endpoint }: Simulator) => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: "simulated", secretAccessKey: "simulated" },
  maxAttempts: 1,
});

/** Asks as the JSON protocols do, without a client. */
export const post = ({ endpoint }: Simulator, target: string, input: object = {}) =>
  fetch(endpoint, {
    method: "POST",
    headers: { "x-amz-target": target },
    body: JSON.stringify(input),
  });
