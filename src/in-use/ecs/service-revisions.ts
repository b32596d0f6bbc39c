import {
  DescribeServiceRevisionsCommand,
  type ECSClient,
  type ServiceRevision,
} from "@aws-sdk/client-ecs";
import pMap from "p-map";

import { call, chunks } from "../../aws/call.ts";
import { CONCURRENT_CALLS } from "../../aws/clients.ts";
import { withDigest } from "../../image-reference.ts";
import type { Sighting } from "../in-use-images.ts";
import { requireAllAnswered } from "./answers.ts";

/** The most revisions that one DescribeServiceRevisions call takes (API limit). */
const REVISIONS_PER_CALL = 20;

/**
 * Sees the digests that service revisions pin: ECS starts further tasks of a service by these, wherever the tag has
 * moved since, and also when no task runs now; throws AwsCallError.
 */
export async function seeServiceRevisionImages(
  ecs: ECSClient,
  arns: readonly string[],
  see: Sighting,
): Promise<void> {
  const seeChunk = async (chunk: string[]) => {
    for (const { serviceArn, containerImages = [] } of await describeChunk(ecs, chunk)) {
      for (const { image, imageDigest } of containerImages) {
        if (image === undefined) continue;
        see(withDigest(image, imageDigest), `ECS service revision of ${serviceArn}`);
      }
    }
  };
  await pMap(chunks(arns, REVISIONS_PER_CALL), seeChunk, { concurrency: CONCURRENT_CALLS });
}

async function describeChunk(ecs: ECSClient, arns: string[]): Promise<ServiceRevision[]> {
  const action = "ecs:DescribeServiceRevisions";
  const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: arns });
  const { serviceRevisions = [], failures = [] } = await call(action, arns.join(", "), () =>
    ecs.send(command),
  );
  requireAllAnswered(action, arns, serviceRevisions, failures);
  return serviceRevisions;
}
