import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  type Failure,
  type Service,
  paginateListClusters,
  paginateListServices,
} from "@aws-sdk/client-ecs";
import pMap from "p-map";

import { AwsCallError, call, chunks, collect, isGone, pages, required } from "../aws/call.ts";
import type { AwsClients } from "../aws/clients.ts";
import { CONCURRENT_CALLS } from "../aws/clients.ts";
import type { Sighting } from "./in-use-images.ts";

/** The most services that one DescribeServices call takes (API limit). */
const SERVICES_PER_CALL = 10;
/** The largest page of ListClusters and ListServices (API limit). */
const PAGE_SIZE = 100;

/** Sees the images of every container of every task definition that a service of any cluster refers to. */
export async function seeEcsImages({ ecs }: AwsClients, see: Sighting): Promise<"complete"> {
  const clusters = await listClusters(ecs);
  const users = new Map<string, string>();
  await pMap(
    clusters,
    async (cluster) => {
      for (const service of await describeServices(
        ecs,
        cluster,
        await listServices(ecs, cluster),
      )) {
        for (const taskDefinition of taskDefinitionsOf(service)) {
          users.set(taskDefinition, `ECS service ${service.serviceArn}`);
        }
      }
    },
    { concurrency: CONCURRENT_CALLS },
  );

  await pMap(
    users,
    async ([taskDefinition, service]) => {
      for (const image of await describeContainers(ecs, taskDefinition)) {
        see(image, `${service}, task definition ${taskDefinition}`);
      }
    },
    { concurrency: CONCURRENT_CALLS },
  );
  return "complete";
}

async function listClusters(ecs: ECSClient): Promise<string[]> {
  const paginator = paginateListClusters({ client: ecs, pageSize: PAGE_SIZE }, {});
  return collect(
    pages("ecs:ListClusters", "the account's ECS clusters", paginator),
    (page) => page.clusterArns,
  );
}

async function listServices(ecs: ECSClient, cluster: string): Promise<string[]> {
  const paginator = paginateListServices({ client: ecs, pageSize: PAGE_SIZE }, { cluster });
  return collect(
    pages("ecs:ListServices", `ECS cluster ${cluster}`, paginator),
    (page) => page.serviceArns,
    "ClusterNotFoundException",
  );
}

async function describeServices(
  ecs: ECSClient,
  cluster: string,
  services: readonly string[],
): Promise<Service[]> {
  const described = await pMap(
    chunks(services, SERVICES_PER_CALL),
    async (chunk) => describeChunk(ecs, cluster, chunk),
    { concurrency: CONCURRENT_CALLS },
  );
  return described.flat();
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
    requireAllAnswered(action, arns, services.length, failures);
    return services;
  } catch (error) {
    if (isGone(error, "ClusterNotFoundException")) return [];
    throw error;
  }
}

/** ECS answers for each item that it was asked for: with its description, or with the reason why there is none. */
function requireAllAnswered(
  action: string,
  arns: readonly string[],
  described: number,
  failures: readonly Failure[],
): void {
  for (const { arn, reason, detail } of failures) {
    // Listed a moment ago and gone now: what it used is no longer used by it.
    if (reason === "MISSING") continue;
    throw new AwsCallError(action, String(arn), new Error(`${reason}: ${detail}`));
  }
  const answered = described + failures.length;
  if (answered >= arns.length) return;
  const cause = new Error(`${answered} of ${arns.length} were answered`);
  throw new AwsCallError(action, arns.join(", "), cause);
}

/** A service under an external or CodeDeploy controller has none of its own, but may have some in its task sets. */
function taskDefinitionsOf(service: Service): Set<string> {
  const holders = [service, ...(service.deployments ?? []), ...(service.taskSets ?? [])];
  return new Set(holders.flatMap(({ taskDefinition }) => taskDefinition ?? []));
}

async function describeContainers(ecs: ECSClient, arn: string): Promise<string[]> {
  const action = "ecs:DescribeTaskDefinition";
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: arn });
  const { taskDefinition } = await call(action, arn, () => ecs.send(command));
  const { containerDefinitions } = required(taskDefinition, action, arn);
  return required(containerDefinitions, action, arn).flatMap(({ image }) => image ?? []);
}
