import { REGION } from "./account.ts";
import type { Simulator } from "./simulator.ts";

/** The settings of an SDK client that asks the simulator once. */
export const settings = ({ endpoint }: Simulator) => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: "simulated", secretAccessKey: "simulated" },
  maxAttempts: 1,
});

/** Asks without a client: `Target.Operation` as the JSON protocols do, `METHOD /path` as REST does. */
export function ask({ endpoint }: Simulator, request: string, input?: object): Promise<Response> {
  const [method = "", path] = request.split(" ");
  const body = input === undefined ? null : JSON.stringify(input);
  return path === undefined
    ? fetch(endpoint, { method: "POST", headers: { "x-amz-target": request }, body: body ?? "{}" })
    : fetch(`${endpoint}${path}`, { method, body });
}
