import type { Failure } from "@aws-sdk/client-ecs";
import pMap from "p-map";

import { AwsCallError, call, chunks, isGone } from "../../../aws/calls.ts";
import { asError } from "../../../errors.ts";
import { CONCURRENT_DESCRIPTIONS } from "./service.ts";

/** The error with which ECS answers about a cluster that is gone. */
export const CLUSTER_GONE = "ClusterNotFoundException";
/** The errors by which one thing that is gone fails a call about several. */
const ONE_GONE = [CLUSTER_GONE, "ServiceNotFoundException"];

/** How ECS answers when it is asked to describe several things. */
interface Answer<Item> {
  readonly described: readonly Item[] | undefined;
  readonly failures: readonly Failure[] | undefined;
}

/** What is described: by which action, how many a call, and which they are. */
interface Request<Item> {
  readonly action: string;
  /** What the call is about, readable in a sentence. */
  readonly resource: string;
  /** The most that one call takes (API limit). */
  readonly perCall: number;
  /** Their ARNs, in one list or in several that are still being read. */
  readonly lists: Iterable<readonly string[]> | AsyncIterable<readonly string[]>;
  readonly describe: (arns: string[]) => Promise<Answer<Item>>;
  /** Takes the descriptions of each answer. AWS's are large: nothing else keeps them. */
  readonly onDescribed: (items: readonly Item[]) => void;
  /** The ARN of what a description describes. */
  readonly arnOf: (item: Item) => string | undefined;
}

/**
 * Describes things that were listed a moment ago, or are being listed. What is gone meanwhile, alone or with its cluster, has no
 * description.
 *
 * @throws AwsCallError also if ECS does not answer for each of them
 */
export async function describeAll<Item>(request: Request<Item>): Promise<void> {
  const make = async (describe: () => Promise<void>) => describe();
  await pMap(callsFor(request), make, { concurrency: CONCURRENT_DESCRIPTIONS });
}

/**
 * The calls that describe all. A list that cannot be read becomes a call that fails: p-map 7.1.1 can succeed although the iterable
 * that it was given has failed.
 */
async function* callsFor<Item>(request: Request<Item>): AsyncGenerator<() => Promise<void>> {
  try {
    for await (const list of request.lists) {
      for (const arns of chunks(list, request.perCall))
        yield async () => describeChunk(request, arns);
    }
  } catch (error) {
    yield async () => Promise.reject(asError(error));
  }
}

/** An answer that a cluster or a service is gone speaks for one of those asked for: each half is asked for on its own, down to one. */
async function describeChunk<Item>(request: Request<Item>, arns: string[]): Promise<void> {
  const described = await answerFor(request, arns);
  if (described !== undefined) request.onDescribed(described);
  else if (arns.length > 1) {
    const halves = chunks(arns, Math.ceil(arns.length / 2));
    await Promise.all(halves.map(async (half) => describeChunk(request, half)));
  }
}

/** Nothing if one of those asked for is gone, or its cluster. */
async function answerFor<Item>(
  { action, resource, describe, arnOf }: Request<Item>,
  arns: string[],
): Promise<readonly Item[] | undefined> {
  try {
    return await call(action, resource, async () => {
      const { described = [], failures = [] } = await describe(arns);
      requireAllAnswered(action, arns, described.map(arnOf), failures);
      return described;
    });
  } catch (error) {
    if (isGone(error, ...ONE_GONE)) return undefined;
    throw error;
  }
}

/** An answer is a description, or the reason `MISSING` for what is gone. */
function requireAllAnswered(
  action: string,
  arns: readonly string[],
  described: readonly (string | undefined)[],
  failures: readonly Failure[],
): void {
  for (const { arn, reason, detail } of failures) {
    if (reason === "MISSING") continue;
    throw new AwsCallError(action, String(arn), new Error(`${reason}: ${detail}`));
  }
  const answered = new Set([...described, ...failures.map(({ arn }) => arn)].map(idOf));
  const unanswered = arns.filter((arn) => !answered.has(idOf(arn)));
  if (unanswered.length === 0) return;
  const count = arns.length - unanswered.length;
  const cause = new Error(`ECS answered for ${count} of ${arns.length}`);
  throw new AwsCallError(action, unanswered.join(", "), cause);
}

/** The last part of an ARN: older ARNs have no cluster in the middle. */
function idOf(arn: string | undefined): string | undefined {
  return arn?.slice(arn.lastIndexOf("/") + 1);
}
