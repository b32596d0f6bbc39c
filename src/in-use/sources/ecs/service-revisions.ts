import { DescribeServiceRevisionsCommand, type ECSClient } from "@aws-sdk/client-ecs";

import { withDigest } from "../../../registry/reference.ts";
import { nameInArn } from "../place.ts";
import type { Report } from "../source.ts";
import { describeAll } from "./describe-all.ts";

/** The most revisions that one DescribeServiceRevisions call takes (API limit). */
const REVISIONS_PER_CALL = 20;

/**
 * Reports the digests that service revisions pin. ECS starts further tasks of a service by them, even when their tags have
 * moved since, and when no task runs now. Throws AwsCallError.
 *
 * @param options whether ECS may no longer have their task definitions
 */
export async function readServiceRevisions(
  ecs: ECSClient,
  arns: readonly string[],
  report: Report,
  options?: { readonly mayBeGone: true },
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
    arnOf: ({ serviceRevisionArn }) => serviceRevisionArn,
  });
  for (const { serviceArn, taskDefinition, containerImages = [] } of revisions) {
    const place = `ECS service revision of ${nameInArn(String(serviceArn))}`;
    if (taskDefinition !== undefined) report.taskDefinition(taskDefinition, place, options);
    for (const { image, imageDigest } of containerImages) {
      if (image === undefined) continue;
      for (const reference of withDigest(image, imageDigest)) report.image(reference, place);
    }
  }
}
