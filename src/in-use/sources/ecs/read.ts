import { type ECSClient, paginateListClusters } from "@aws-sdk/client-ecs";
import pMap from "p-map";

import { collect, pages } from "../../../aws/call.ts";
import { type AwsClients, CONCURRENT_CALLS } from "../../../aws/clients.ts";
import type { EvidenceDepth } from "../../../settings/config.ts";
import type { Sighting } from "../../in-use-images.ts";
import { seeServiceRevisionImages } from "./service-revisions.ts";
import { describeServices, taskDefinitionsOf } from "./services.ts";
import { seeTaskDefinitionImages } from "./task-definitions.ts";
import { seeTaskImages } from "./tasks.ts";

/** The largest page of ListClusters (API limit). */
const PAGE_SIZE = 100;

/**
 * Sees every image that ECS runs or can start without being told to: by the task definitions and the pinned digests
 * of all services, and by all tasks; each distinct task definition is described once.
 */
export async function seeEcsImages(
  { ecs }: AwsClients,
  see: Sighting,
  depth: EvidenceDepth,
): Promise<"complete"> {
  const taskDefinitions = new Map<string, string>();
  const revisions = new Set<string>();

  const seeServices = async (cluster: string) => {
    for (const service of await describeServices(ecs, cluster)) {
      const user = `ECS service ${service.serviceArn}`;
      for (const arn of taskDefinitionsOf(service)) taskDefinitions.set(arn, user);
      for (const { arn } of service.currentServiceRevisions ?? []) {
        if (arn !== undefined) revisions.add(arn);
      }
    }
  };
  const seeTasks = async (cluster: string) => {
    for (const arn of await seeTaskImages(ecs, cluster, see)) {
      if (!taskDefinitions.has(arn)) taskDefinitions.set(arn, `ECS task in ${cluster}`);
    }
  };

  // Tasks come after services: what a service starts in between is seen in one or the other.
  const clusters = await listClusters(ecs);
  await pMap(clusters, seeServices, { concurrency: CONCURRENT_CALLS });
  if (depth === "full") {
    await pMap(clusters, seeTasks, { concurrency: CONCURRENT_CALLS });
    await seeServiceRevisionImages(ecs, [...revisions], see);
  }
  await seeTaskDefinitionImages(ecs, taskDefinitions, see);
  return "complete";
}

async function listClusters(ecs: ECSClient): Promise<string[]> {
  const paginator = paginateListClusters({ client: ecs, pageSize: PAGE_SIZE }, {});
  return collect(
    pages("ecs:ListClusters", "the account's ECS clusters", paginator),
    (page) => page.clusterArns,
  );
}
