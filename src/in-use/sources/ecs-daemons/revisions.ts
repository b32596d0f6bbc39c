import {
  type DaemonDeployment,
  type DaemonRevision,
  DescribeDaemonDeploymentsCommand,
  DescribeDaemonRevisionsCommand,
  DescribeDaemonTaskDefinitionCommand,
  type ECSClient,
} from "@aws-sdk/client-ecs";
import pMap from "p-map";

import { call, required } from "../../../aws/calls.ts";
import { CONCURRENT_CALLS } from "../../../aws/clients.ts";
import { withDigest } from "../../../registry/reference.ts";
import { inProgress } from "../ecs/deployments.ts";
import { describeAll } from "../ecs/describe-all.ts";
import { nameInArn } from "../place.ts";
import type { Report } from "../source.ts";

/** The most revisions or deployments that one call takes (API limit). */
const ARNS_PER_CALL = 20;

/** The revisions that deployments in progress come from, go to and roll back to. Throws AwsCallError. */
export async function revisionsOfDeployments(
  ecs: ECSClient,
  arns: readonly string[],
): Promise<string[]> {
  const revisions: string[] = [];
  await describeAll({
    action: "ecs:DescribeDaemonDeployments",
    resource: "current deployments of ECS managed daemons",
    perCall: ARNS_PER_CALL,
    lists: [arns],
    describe: async (daemonDeploymentArns) => {
      const command = new DescribeDaemonDeploymentsCommand({ daemonDeploymentArns });
      const { daemonDeployments, failures } = await ecs.send(command);
      return { described: daemonDeployments, failures };
    },
    onDescribed: (deployments) => revisions.push(...inProgress(deployments).flatMap(revisionsOf)),
    arnOf: ({ daemonDeploymentArn }) => daemonDeploymentArn,
  });
  return revisions;
}

function revisionsOf(deployment: DaemonDeployment): string[] {
  const { sourceDaemonRevisions = [], targetDaemonRevision, rollback } = deployment;
  const arns = [
    ...sourceDaemonRevisions.map(({ arn }) => arn),
    targetDaemonRevision?.arn,
    rollback?.rollbackTargetDaemonRevisionArn,
  ];
  return arns.filter((arn) => arn !== undefined);
}

/** Reports the images of every container of revisions, each with its digest if it is known. Throws AwsCallError. */
export async function readRevisions(
  ecs: ECSClient,
  arns: readonly string[],
  report: Report,
): Promise<void> {
  const revisions: DaemonRevision[] = [];
  await describeAll({
    action: "ecs:DescribeDaemonRevisions",
    resource: "current revisions of ECS managed daemons",
    perCall: ARNS_PER_CALL,
    lists: [arns],
    describe: async (daemonRevisionArns) => {
      const command = new DescribeDaemonRevisionsCommand({ daemonRevisionArns });
      const { daemonRevisions, failures } = await ecs.send(command);
      return { described: daemonRevisions, failures };
    },
    onDescribed: (described) => revisions.push(...described),
    arnOf: ({ daemonRevisionArn }) => daemonRevisionArn,
  });
  const readOne = async (revision: DaemonRevision) => {
    for (const image of await imagesOf(ecs, revision)) {
      report.image(image, `ECS daemon ${nameInArn(String(revision.daemonArn))}`);
    }
  };
  await pMap(revisions, readOne, { concurrency: CONCURRENT_CALLS });
}

/** A revision need not show the image of every container. Then its task definition does. */
async function imagesOf(ecs: ECSClient, revision: DaemonRevision): Promise<string[]> {
  const { containerImages = [], daemonTaskDefinitionArn, daemonArn = "" } = revision;
  const shown = containerImages.flatMap(({ image, imageDigest }) =>
    image === undefined ? [] : withDigest(image, imageDigest),
  );
  const isWhole = containerImages.every(({ image }) => image !== undefined);
  if (isWhole && containerImages.length > 0) return shown;
  const name = required(daemonTaskDefinitionArn, "ecs:DescribeDaemonRevisions", daemonArn);
  const command = new DescribeDaemonTaskDefinitionCommand({ daemonTaskDefinition: name });
  const { daemonTaskDefinition } = await call("ecs:DescribeDaemonTaskDefinition", name, () =>
    ecs.send(command),
  );
  const defined = daemonTaskDefinition?.containerDefinitions?.flatMap(({ image }) => image ?? []);
  return [...shown, ...(defined ?? [])];
}
