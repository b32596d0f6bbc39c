import type { HandlerExecutionContext } from "@smithy/types";

/** The operation of a call, given by its name in IAM policies: `ListClusters` of `ecs:ListClusters`. */
export function operationOf(action: string): string {
  return action.slice(action.indexOf(":") + 1);
}

/** The operation that a middleware runs for. */
export function operationIn(context: HandlerExecutionContext): string {
  return String(context["commandName"]).replace(/Command$/, "");
}
