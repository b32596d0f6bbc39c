import { DescribeTaskDefinitionCommand, type ECSClient } from "@aws-sdk/client-ecs";
import pMap from "p-map";

import { call, required } from "../../../aws/call.ts";
import { CONCURRENT_CALLS } from "../../../aws/clients.ts";
import type { Sighting } from "../../in-use-images.ts";

/** Sees the images of every container of task definitions, given with who uses them; throws AwsCallError. */
export async function seeTaskDefinitionImages(
  ecs: ECSClient,
  users: ReadonlyMap<string, string>,
  see: Sighting,
): Promise<void> {
  const seeOne = async ([arn, user]: [string, string]) => {
    for (const image of await describeImages(ecs, arn)) see(image, `${user}, by ${arn}`);
  };
  await pMap(users, seeOne, { concurrency: CONCURRENT_CALLS });
}

async function describeImages(ecs: ECSClient, arn: string): Promise<string[]> {
  const action = "ecs:DescribeTaskDefinition";
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: arn });
  const { taskDefinition } = await call(action, arn, () => ecs.send(command));
  const { containerDefinitions } = required(taskDefinition, action, arn);
  return required(containerDefinitions, action, arn).flatMap(({ image }) => image ?? []);
}
