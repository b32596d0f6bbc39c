import type { Failure } from "@aws-sdk/client-ecs";

import { AwsCallError } from "../../aws/call.ts";

/**
 * Requires that ECS has answered for each of the things that one call asked about: with a description, or with the
 * reason `MISSING` for what was there a moment ago and is gone now. Throws AwsCallError for any other reason.
 */
export function requireAllAnswered(
  action: string,
  arns: readonly string[],
  described: readonly unknown[],
  failures: readonly Failure[],
): void {
  for (const { arn, reason, detail } of failures) {
    if (reason === "MISSING") continue;
    throw new AwsCallError(action, String(arn), new Error(`${reason}: ${detail}`));
  }
  const answered = described.length + failures.length;
  if (answered >= arns.length) return;
  const cause = new Error(`${answered} of ${arns.length} were answered`);
  throw new AwsCallError(action, arns.join(", "), cause);
}
