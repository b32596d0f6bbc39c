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
  type SimulatedTask,
  arnOf,
  clusterArnOf,
  describeEach,
  findCluster,
  taskDefinitionArnOf,
} from "./state.ts";

export const listTasks: Operation<EcsState> = (account, input) => {
  const { cluster = "default", maxResults = 100, nextToken, desiredStatus = "RUNNING" } = input;
  requireRange("maxResults", maxResults, 1, 100);
  const arns = [...findCluster(account, cluster).tasks]
    .filter(([, task]) => (task.desiredStatus ?? "RUNNING") === desiredStatus)
    .map(([id]) => arnOf(account, `task/${nameOf(cluster)}/${id}`));
  const { items, ...rest } = pageOf(arns, nextToken, maxResults);
  return { taskArns: items, ...rest };
};

export const describeTasks: Operation<EcsState> = (
  account,
  { cluster = "default", tasks: asked = [] },
) => {
  requireRange("the number of tasks", asked.length, 1, 100);
  const { tasks: found } = findCluster(account, cluster);
  const { described, failures } = describeEach(asked, (arn) => {
    const task = found.get(nameOf(arn));
    return task && describe(account, cluster, arn, task);
  });
  return { tasks: described, failures };
};

function describe(place: Place, cluster: string, taskArn: string, task: SimulatedTask): Members {
  const { taskDefinition, containers, group, desiredStatus = "RUNNING" } = task;
  return {
    taskArn,
    clusterArn: clusterArnOf(place, cluster),
    group,
    desiredStatus,
    taskDefinitionArn: taskDefinition && taskDefinitionArnOf(place, taskDefinition),
    containers: containers.map(({ name, image, digest }, i) => ({
      name: name ?? `container-${i}`,
      image,
      imageDigest: digest,
    })),
  };
}
