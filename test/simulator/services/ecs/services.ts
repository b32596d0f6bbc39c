import {
  type Members,
  type Operation,
  type Place,
  nameOf,
  pageOf,
  requireRange,
} from "../../operation.ts";
import {
  type EcsState,
  type SimulatedService,
  arnOf,
  clusterArnOf,
  describeEach,
  findCluster,
  serviceArnOf,
  taskDefinitionArnOf,
} from "./state.ts";

export const listServices: Operation<EcsState> = (
  account,
  { cluster = "default", maxResults = 10, nextToken },
) => {
  requireRange("maxResults", maxResults, 1, 100);
  const arns = [...findCluster(account, cluster).services]
    .filter(([, { status = "ACTIVE" }]) => status === "ACTIVE")
    .map(([name]) => serviceArnOf(account, cluster, name));
  const { items, ...rest } = pageOf(arns, nextToken, maxResults);
  return { serviceArns: items, ...rest };
};

export const describeServices: Operation<EcsState> = (
  account,
  { cluster = "default", services = [] },
) => {
  requireRange("the number of services", services.length, 1, 10);
  const found = findCluster(account, cluster).services;
  const { described, failures } = describeEach(services, (service) => {
    const state = found.get(nameOf(service));
    return state && describe(account, cluster, nameOf(service), state);
  });
  return { services: described, failures };
};

function describe(place: Place, cluster: string, name: string, service: SimulatedService): Members {
  const { status = "ACTIVE", taskDefinition, deployments, taskSets, revisions } = service;
  const toArn = (taskDefinition: string) => taskDefinitionArnOf(place, taskDefinition);
  const path = `${nameOf(cluster)}/${name}`;
  return {
    serviceArn: serviceArnOf(place, cluster, name),
    serviceName: name,
    clusterArn: clusterArnOf(place, cluster),
    status,
    resourceManagementType: service.express && "ECS",
    taskDefinition: taskDefinition && toArn(taskDefinition),
    deployments: deployments?.map((each) => ({ taskDefinition: toArn(each) })),
    taskSets: taskSets?.map((each) => ({ taskDefinition: toArn(each) })),
    currentServiceDeployment:
      service.currentDeployment && arnOf(place, `service-deployment/${path}/current`),
    currentServiceRevisions: revisions?.map((_, i) => ({
      arn: arnOf(place, `service-revision/${path}/${i}`),
    })),
  };
}
