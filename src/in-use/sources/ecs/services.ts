import {
  DescribeServicesCommand,
  type ECSClient,
  type Service,
  paginateListServices,
} from "@aws-sdk/client-ecs";

import { lists } from "../../../aws/calls.ts";
import { CLUSTER_GONE, describeAll } from "./describe-all.ts";

/** The largest page of ListServices (API limit; its default is 10). */
const PAGE_SIZE = 100;
/** The most services that one DescribeServices call takes (API limit). */
const SERVICES_PER_CALL = 10;

/** What evidence needs of a service: a description is several KB, mostly of events. */
export interface ServiceUse {
  readonly arn: string;
  /** The task definitions that it can start tasks from: its own, its deployments' and its task sets'. */
  readonly taskDefinitions: readonly string[];
  /** The ARNs of its current revisions. */
  readonly revisions: readonly string[];
  /** The ARN of its current deployment. */
  readonly deployment: string | undefined;
  /** Whether ECS manages its task definitions, as of an Express service. */
  readonly isExpress: boolean;
}

/**
 * Describes all services of a cluster. Hands on what evidence needs of those in each answer. A cluster that is gone has none. Throws
 * AwsCallError.
 */
export async function describeServices(
  ecs: ECSClient,
  cluster: string,
  onDescribed: (services: readonly ServiceUse[]) => void,
): Promise<void> {
  await describeAll({
    action: "ecs:DescribeServices",
    resource: `services of ECS cluster ${cluster}`,
    perCall: SERVICES_PER_CALL,
    lists: listServices(ecs, cluster),
    describe: async (arns) => {
      const command = new DescribeServicesCommand({ cluster, services: arns });
      const { services, failures } = await ecs.send(command);
      return { described: services, failures };
    },
    onDescribed: (services) => onDescribed(services.map(toUse)),
    arnOf: ({ serviceArn }) => serviceArn,
  });
}

function toUse(service: Service): ServiceUse {
  const { serviceArn, deployments = [], taskSets = [], currentServiceRevisions = [] } = service;
  // Under an external or CodeDeploy controller a service has no task definition of its own.
  const holders = [service, ...deployments, ...taskSets];
  return {
    arn: serviceArn ?? "without an ARN",
    taskDefinitions: holders.flatMap(({ taskDefinition }) => taskDefinition ?? []),
    revisions: currentServiceRevisions.flatMap(({ arn }) => arn ?? []),
    deployment: service.currentServiceDeployment,
    isExpress: service.resourceManagementType === "ECS",
  };
}

function listServices(ecs: ECSClient, cluster: string): AsyncIterable<readonly string[]> {
  return lists(
    {
      action: "ecs:ListServices",
      resource: `ECS cluster ${cluster}`,
      paginator: paginateListServices({ client: ecs, pageSize: PAGE_SIZE }, { cluster }),
    },
    (page) => page.serviceArns,
    CLUSTER_GONE,
  );
}
