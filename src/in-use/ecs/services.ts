import {
  DescribeServicesCommand,
  type ECSClient,
  type Service,
  paginateListServices,
} from "@aws-sdk/client-ecs";
import pMap from "p-map";

import { call, chunks, collect, isGone, pages } from "../../aws/call.ts";
import { CONCURRENT_CALLS } from "../../aws/clients.ts";
import { requireAllAnswered } from "./answers.ts";

/** The largest page of ListServices (API limit; its default is 10). */
const PAGE_SIZE = 100;
/** The most services that one DescribeServices call takes (API limit). */
const SERVICES_PER_CALL = 10;

/** Describes all services of a cluster; a cluster that is gone has none; throws AwsCallError. */
export async function describeServices(ecs: ECSClient, cluster: string): Promise<Service[]> {
  const described = await pMap(
    chunks(await listServices(ecs, cluster), SERVICES_PER_CALL),
    async (arns) => describeChunk(ecs, cluster, arns),
    { concurrency: CONCURRENT_CALLS },
  );
  return described.flat();
}

/** The task definitions that a service can start tasks from: its own, its deployments' and its task sets'. */
export function taskDefinitionsOf(service: Service): string[] {
  // Under an external or CodeDeploy controller a service has none of its own.
  const holders = [service, ...(service.deployments ?? []), ...(service.taskSets ?? [])];
  return holders.flatMap(({ taskDefinition }) => taskDefinition ?? []);
}

async function listServices(ecs: ECSClient, cluster: string): Promise<string[]> {
  const paginator = paginateListServices({ client: ecs, pageSize: PAGE_SIZE }, { cluster });
  return collect(
    pages("ecs:ListServices", `ECS cluster ${cluster}`, paginator),
    (page) => page.serviceArns,
    "ClusterNotFoundException",
  );
}

async function describeChunk(ecs: ECSClient, cluster: string, arns: string[]): Promise<Service[]> {
  const action = "ecs:DescribeServices";
  const command = new DescribeServicesCommand({ cluster, services: arns });
  try {
    const { services = [], failures = [] } = await call(
      action,
      `services of ECS cluster ${cluster}`,
      () => ecs.send(command),
    );
    requireAllAnswered(action, arns, services, failures);
    return services;
  } catch (error) {
    if (isGone(error, "ClusterNotFoundException")) return [];
    throw error;
  }
}
