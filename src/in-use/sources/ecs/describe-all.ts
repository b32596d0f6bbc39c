import type { Failure } from "@aws-sdk/client-ecs";
import pMap from "p-map";

import { AwsCallError, call, chunks, isGone } from "../../../aws/call.ts";
import { CONCURRENT_CALLS } from "../../../aws/clients.ts";

/** The error with which ECS answers about a cluster that is gone. */
export const CLUSTER_GONE = "ClusterNotFoundException";

/** How ECS answers when it is asked to describe several things. */
interface Answer<Item> {
  readonly described: readonly Item[] | undefined;
  readonly failures: readonly Failure[] | undefined;
}

/** What is to be described: by which action, at most how many a call, and which they are. */
interface Request<Item> {
  readonly action: string;
  /** What it is about, readable in a sentence. */
  readonly resource: string;
  readonly perCall: number;
  readonly arns: readonly string[];
  readonly describe: (arns: string[]) => Promise<Answer<Item>>;
}

/**
 * Describes things that were listed a moment ago; what is gone by now, alone or with its cluster, has no description.
 *
 * @throws AwsCallError also if ECS does not answer for each of them
 */
export async function describeAll<Item>(request: Request<Item>): Promise<Item[]> {
  const { action, resource, perCall, arns, describe } = request;
  const describeChunk = async (chunk: string[]): Promise<readonly Item[]> => {
    try {
      const answer = await call(action, resource, async () => describe(chunk));
      const { described = [], failures = [] } = answer;
      requireAllAnswered(action, chunk, described, failures);
      return described;
    } catch (error) {
      if (isGone(error, CLUSTER_GONE)) return [];
      throw error;
    }
  };
  const described = await pMap(chunks(arns, perCall), describeChunk, {
    concurrency: CONCURRENT_CALLS,
  });
  return described.flat();
}

/** An answer is a description, or the reason `MISSING` for what is gone. */
function requireAllAnswered(
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
