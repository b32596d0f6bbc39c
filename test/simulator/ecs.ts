import type { Account, SimulatedCluster, SimulatedService } from "./account.ts";
import {
  type Members,
  type Operation,
  ServiceError,
  nameOf,
  pageOf,
  requireRange,
} from "./operation.ts";

const listClusters: Operation = (account, { maxResults = 100, nextToken }) => {
  requireRange("maxResults", maxResults, 1, 100);
  const arns = [...account.clusters.keys()].map((name) => arn(account, `cluster/${name}`));
  const { items, ...rest } = pageOf(arns, nextToken, maxResults);
  return { clusterArns: items, ...rest };
};

const listServices: Operation = (account, { cluster, maxResults = 10, nextToken }) => {
  requireRange("maxResults", maxResults, 1, 100);
  const names = [...findCluster(account, cluster).services.keys()];
  const arns = names.map((name) => serviceArn(account, cluster, name));
  const { items, ...rest } = pageOf(arns, nextToken, maxResults);
  return { serviceArns: items, ...rest };
};

const describeServices: Operation = (account, { cluster, services = [] }) => {
  requireRange("the number of services", services.length, 1, 10);
  const found = findCluster(account, cluster).services;
  const described: Members[] = [];
  const failures: Members[] = [];
  for (const service of services as string[]) {
    const name = nameOf(service);
    const state = found.get(name);
    if (state === undefined) failures.push({ arn: service, reason: "MISSING" });
    else described.push(describe(account, cluster, name, state));
  }
  return { services: described, failures };
};

function describe(
  account: Account,
  cluster: string,
  name: string,
  service: SimulatedService,
): Members {
  const toArn = (taskDefinition: string) => arn(account, `task-definition/${taskDefinition}`);
  const { taskDefinition, deployments = [], taskSets = [] } = service;
  return {
    serviceArn: serviceArn(account, cluster, name),
    serviceName: name,
    status: "ACTIVE",
    ...(taskDefinition !== undefined && { taskDefinition: toArn(taskDefinition) }),
    deployments: deployments.map((each) => ({ taskDefinition: toArn(each) })),
    taskSets: taskSets.map((each) => ({ taskDefinition: toArn(each) })),
  };
}

const describeTaskDefinition: Operation = (account, { taskDefinition }) => {
  const images = account.taskDefinitions.get(nameOf(taskDefinition));
  if (images === undefined) {
    throw new ServiceError("ClientException", "Unable to describe task definition.");
  }
  const containerDefinitions = images.map((image, i) => ({ name: `container-${i}`, image }));
  return { taskDefinition: { taskDefinitionArn: taskDefinition, containerDefinitions } };
};

function findCluster(account: Account, cluster: string): SimulatedCluster {
  const found = account.clusters.get(nameOf(cluster));
  if (found !== undefined) return found;
  throw new ServiceError("ClusterNotFoundException", "Cluster not found.");
}

function serviceArn(account: Account, cluster: string, name: string): string {
  return arn(account, `service/${nameOf(cluster)}/${name}`);
}

function arn({ region, id }: Account, resource: string): string {
  return `arn:aws:ecs:${region}:${id}:${resource}`;
}

export const ecs = {
  ListClusters: listClusters,
  ListServices: listServices,
  DescribeServices: describeServices,
  DescribeTaskDefinition: describeTaskDefinition,
};
