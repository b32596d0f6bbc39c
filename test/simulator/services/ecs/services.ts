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
  describeEach,
  findCluster,
  serviceArnOf,
} from "./state.ts";

export const listServices: Operation<EcsState> = (
  account,
  { cluster, maxResults = 10, nextToken },
) => {
  requireRange("maxResults", maxResults, 1, 100);
  const names = [...findCluster(account, cluster).services.keys()];
  const arns = names.map((name) => serviceArnOf(account, cluster, name));
  const { items, ...rest } = pageOf(arns, nextToken, maxResults);
  return { serviceArns: items, ...rest };
};

export const describeServices: Operation<EcsState> = (account, { cluster, services = [] }) => {
  requireRange("the number of services", services.length, 1, 10);
  const found = findCluster(account, cluster).services;
  const { described, failures } = describeEach(services, (service) => {
    const state = found.get(nameOf(service));
    return state && describe(account, cluster, nameOf(service), state);
  });
  return { services: described, failures };
};

function describe(place: Place, cluster: string, name: string, service: SimulatedService): Members {
  const toArn = (taskDefinition: string) => arnOf(place, `task-definition/${taskDefinition}`);
  const { taskDefinition, deployments = [], taskSets = [], revisions = [] } = service;
  return {
    serviceArn: serviceArnOf(place, cluster, name),
    serviceName: name,
    status: "ACTIVE",
    ...(taskDefinition !== undefined && { taskDefinition: toArn(taskDefinition) }),
    deployments: deployments.map((each) => ({ taskDefinition: toArn(each) })),
    taskSets: taskSets.map((each) => ({ taskDefinition: toArn(each) })),
    currentServiceRevisions: revisions.map((_, i) => ({
      arn: arnOf(place, `service-revision/${nameOf(cluster)}/${name}/${i}`),
    })),
  };
}
