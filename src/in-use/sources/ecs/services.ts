import {
  DescribeServicesCommand,
  type ECSClient,
  type Service,
  paginateListServices,
} from "@aws-sdk/client-ecs";

import { collect, pages } from "../../../aws/call.ts";
import { CLUSTER_GONE, describeAll } from "./describe-all.ts";

/** The largest page of ListServices (API limit; its default is 10). */
const PAGE_SIZE = 100;
/** The most services that one DescribeServices call takes (API limit). */
const SERVICES_PER_CALL = 10;

/** Describes all services of a cluster; a cluster that is gone has none; throws AwsCallError. */
export async function describeServices(ecs: ECSClient, cluster: string): Promise<Service[]> {
  return describeAll({
    action: "ecs:DescribeServices",
    resource: `services of ECS cluster ${cluster}`,
    perCall: SERVICES_PER_CALL,
    arns: await listServices(ecs, cluster),
    describe: async (arns) => {
      const command = new DescribeServicesCommand({ cluster, services: arns });
      const { services, failures } = await ecs.send(command);
      return { described: services, failures };
    },
  });
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
    CLUSTER_GONE,
  );
}
