import { DescribeServiceRevisionsCommand, type ECSClient } from "@aws-sdk/client-ecs";

import { withDigest } from "../../../registry/reference.ts";
import type { Sighting } from "../../in-use-images.ts";
import { describeAll } from "./describe-all.ts";

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
  const revisions = await describeAll({
    action: "ecs:DescribeServiceRevisions",
    resource: "current revisions of ECS services",
    perCall: REVISIONS_PER_CALL,
    arns,
    describe: async (serviceRevisionArns) => {
      const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns });
      const { serviceRevisions, failures } = await ecs.send(command);
      return { described: serviceRevisions, failures };
    },
  });
  for (const { serviceArn, containerImages = [] } of revisions) {
    for (const { image, imageDigest } of containerImages) {
      if (image === undefined) continue;
      see(withDigest(image, imageDigest), `ECS service revision of ${serviceArn}`);
    }
  }
}
