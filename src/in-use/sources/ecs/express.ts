import { DescribeExpressGatewayServiceCommand, type ECSClient } from "@aws-sdk/client-ecs";

import { call, isGone, required } from "../../../aws/calls.ts";
import { nameInArn } from "../place.ts";
import type { Report } from "../source.ts";

/** Reports what the active configurations of an ECS Express service run. A service that is gone has none. Throws AwsCallError. */
export async function readExpressService(
  ecs: ECSClient,
  serviceArn: string,
  report: Report,
): Promise<void> {
  const action = "ecs:DescribeExpressGatewayService";
  const command = new DescribeExpressGatewayServiceCommand({ serviceArn });
  try {
    const { service } = await call(action, serviceArn, () => ecs.send(command));
    const place = `ECS Express service ${nameInArn(serviceArn)}`;
    for (const configuration of required(service?.activeConfigurations, action, serviceArn)) {
      const { taskDefinitionArn, primaryContainer } = configuration;
      if (primaryContainer?.image !== undefined) report.image(primaryContainer.image, place);
      if (taskDefinitionArn !== undefined) report.taskDefinition(taskDefinitionArn, place);
    }
  } catch (error) {
    if (!isGone(error, "ResourceNotFoundException", "ServiceNotFoundException")) throw error;
  }
}
