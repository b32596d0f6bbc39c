import { type Members, type Place, nameOf } from "../../operation.ts";
import { jsonService } from "../../service.ts";
import { listClusters } from "./clusters.ts";
import { ecsInFull } from "./in-full.ts";
import { describeServiceRevisions } from "./revisions.ts";
import { describeServices, listServices } from "./services.ts";
import { clusterArnOf, serviceArnOf } from "./state.ts";
import { describeTaskDefinition } from "./task-definitions.ts";
import { describeTasks, listTasks } from "./tasks.ts";

/** The most precise ARN that a request names; IAM knows no resource for calls about task definitions. */
function resourceOf(place: Place, input: Members): string | undefined {
  const { cluster, services = [], tasks = [], serviceRevisionArns = [] } = input;
  if (services.length > 0) return serviceArnOf(place, cluster, nameOf(services[0]));
  return tasks[0] ?? serviceRevisionArns[0] ?? (cluster && clusterArnOf(place, cluster));
}

export const ecs = jsonService({
  prefix: "ecs",
  sdkId: "ECS",
  pageToken: "nextToken",
  resourceOf,
  inFull: ecsInFull,
  version: "1.1",
  target: "AmazonEC2ContainerServiceV20141113",
  operations: {
    ListClusters: listClusters,
    ListServices: listServices,
    DescribeServices: describeServices,
    DescribeServiceRevisions: describeServiceRevisions,
    ListTasks: listTasks,
    DescribeTasks: describeTasks,
    DescribeTaskDefinition: describeTaskDefinition,
  },
});
