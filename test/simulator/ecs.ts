import type { Account, SimulatedCluster, SimulatedContainer, SimulatedService } from "./account.ts";
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
  const { taskDefinition, deployments = [], taskSets = [], revisions = [] } = service;
  return {
    serviceArn: serviceArn(account, cluster, name),
    serviceName: name,
    status: "ACTIVE",
    ...(taskDefinition !== undefined && { taskDefinition: toArn(taskDefinition) }),
    deployments: deployments.map((each) => ({ taskDefinition: toArn(each) })),
    taskSets: taskSets.map((each) => ({ taskDefinition: toArn(each) })),
    currentServiceRevisions: revisions.map((_, i) => ({
      arn: arn(account, `service-revision/${nameOf(cluster)}/${name}/${i}`),
    })),
  };
}

const describeServiceRevisions: Operation = (account, { serviceRevisionArns = [] }) => {
  requireRange("the number of serviceRevisionArns", serviceRevisionArns.length, 1, 20);
  const serviceRevisions: Members[] = [];
  const failures: Members[] = [];
  for (const revisionArn of serviceRevisionArns) {
    const [, cluster = "", service = "", i = ""] = revisionArn.split("/");
    const revision = account.clusters.get(cluster)?.services.get(service)?.revisions?.[Number(i)];
    if (revision === undefined) failures.push({ arn: revisionArn, reason: "MISSING" });
    else {
      serviceRevisions.push({
        serviceRevisionArn: revisionArn,
        serviceArn: serviceArn(account, cluster, service),
        containerImages: containersOf(revision),
      });
    }
  }
  return { serviceRevisions, failures };
};

const listTasks: Operation = (account, input) => {
  const { cluster, maxResults = 100, nextToken, desiredStatus = "RUNNING" } = input;
  requireRange("maxResults", maxResults, 1, 100);
  const arns = [...findCluster(account, cluster).tasks]
    .filter(([, task]) => (task.desiredStatus ?? "RUNNING") === desiredStatus)
    .map(([id]) => arn(account, `task/${nameOf(cluster)}/${id}`));
  const { items, ...rest } = pageOf(arns, nextToken, maxResults);
  return { taskArns: items, ...rest };
};

const describeTasks: Operation = (account, { cluster, tasks: asked = [] }) => {
  requireRange("the number of tasks", asked.length, 1, 100);
  const { tasks: found } = findCluster(account, cluster);
  const tasks: Members[] = [];
  const failures: Members[] = [];
  for (const taskArn of asked) {
    const task = found.get(nameOf(taskArn));
    if (task === undefined) failures.push({ arn: taskArn, reason: "MISSING" });
    else {
      const { taskDefinition, containers, group } = task;
      tasks.push({
        taskArn,
        clusterArn: arn(account, `cluster/${nameOf(cluster)}`),
        group,
        taskDefinitionArn: taskDefinition && arn(account, `task-definition/${taskDefinition}`),
        containers: containersOf(containers),
      });
    }
  }
  return { tasks, failures };
};

function containersOf(containers: readonly SimulatedContainer[]): Members[] {
  return containers.map(({ image, digest }, i) => ({
    name: `container-${i}`,
    image,
    imageDigest: digest,
  }));
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
  DescribeServiceRevisions: describeServiceRevisions,
  ListTasks: listTasks,
  DescribeTasks: describeTasks,
  DescribeTaskDefinition: describeTaskDefinition,
};
