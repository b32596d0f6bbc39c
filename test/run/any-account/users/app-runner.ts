import type { Use, UserKinds } from "./use.ts";

/** App Runner services; a DELETED one uses nothing. */
export const APP_RUNNER_SERVICES: UserKinds = {
  "app RUNNING": app("RUNNING"),
  "app PAUSED": app("PAUSED"),
  "app CREATE_FAILED": app("CREATE_FAILED"),
  "app OPERATION_IN_PROGRESS": app("OPERATION_IN_PROGRESS"),
  "app DELETED": app("DELETED"),
};

function app(status: string) {
  return ({ id, image }: Use) => ({ appRunnerServices: { [id]: { status, image } } });
}
