import type { Account } from "./account.ts";
import type { Members } from "./operation.ts";
import { type Service, jsonService, stateless } from "./service.ts";
import { SERVICES } from "./services/index.ts";
import type { WireRequest } from "./wire.ts";

/** What one request asks for. */
export interface Asked {
  readonly service: Service<Account>;
  readonly operation: string;
  /** The call's name in IAM policies. */
  readonly action: string;
  readonly input: Members;
}

/** Takes the requests that no simulated service knows; it has no operation, so all of them are refused. */
const UNKNOWN = jsonService({
  prefix: "unknown",
  sdkId: "",
  pageToken: "",
  createState: stateless,
  version: "1.1",
  target: "",
  operations: {},
});

/** What a request asks of the first service that knows it. */
export function recognize(request: WireRequest): Asked {
  for (const service of SERVICES) {
    const asked = service.recognize(request);
    if (asked === undefined) continue;
    return { service, ...asked, action: `${service.prefix}:${asked.operation}` };
  }
  const operation = request.target ?? `${request.method} ${request.path}`;
  return { service: UNKNOWN, operation, action: `unknown:${operation}`, input: {} };
}
