import {
  DescribeServiceDeploymentsCommand,
  type ECSClient,
  type ServiceDeployment,
} from "@aws-sdk/client-ecs";

import { describeAll } from "./describe-all.ts";

/** The most deployments that one DescribeServiceDeployments call takes (API limit). */
const DEPLOYMENTS_PER_CALL = 20;

/** The statuses of a deployment that ECS never rolls back. */
const FINAL = new Set(["SUCCESSFUL", "ROLLBACK_SUCCESSFUL"]);

/** The deployments that ECS can still roll back, of services or of managed daemons: also those whose status is not known. */
export function inProgress<Deployment extends { readonly status?: string | undefined }>(
  deployments: readonly Deployment[],
): Deployment[] {
  return deployments.filter(({ status }) => !FINAL.has(String(status)));
}

/**
 * The service revisions that deployments in progress come from, go to and roll back to. A service need not show the one to
 * roll back to in any other way: at 0 tasks, ECS can leave it out. Throws AwsCallError.
 */
export async function revisionsOfDeployments(
  ecs: ECSClient,
  arns: readonly string[],
): Promise<string[]> {
  const revisions: string[] = [];
  await describeAll({
    action: "ecs:DescribeServiceDeployments",
    resource: "current deployments of ECS services",
    perCall: DEPLOYMENTS_PER_CALL,
    lists: [arns],
    describe: async (serviceDeploymentArns) => {
      const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns });
      const { serviceDeployments, failures } = await ecs.send(command);
      return { described: serviceDeployments, failures };
    },
    onDescribed: (deployments) => revisions.push(...inProgress(deployments).flatMap(revisionsOf)),
    arnOf: ({ serviceDeploymentArn }) => serviceDeploymentArn,
  });
  return revisions;
}

function revisionsOf(deployment: ServiceDeployment): string[] {
  const { sourceServiceRevisions = [], targetServiceRevision, rollback } = deployment;
  const arns = [
    ...sourceServiceRevisions.map(({ arn }) => arn),
    targetServiceRevision?.arn,
    rollback?.serviceRevisionArn,
  ];
  return arns.filter((arn) => arn !== undefined);
}
