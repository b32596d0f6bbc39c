import type { Members, Place } from "../../operation.ts";
import { jsonService } from "../../service.ts";
import { listClusters } from "./clusters.ts";
import {
  describeDaemon,
  describeDaemonDeployments,
  describeDaemonRevisions,
  describeDaemonTaskDefinition,
  listDaemons,
} from "./daemons.ts";
import { describeServiceDeployments } from "./deployments.ts";
import { describeExpressGatewayService } from "./express.ts";
import { ecsInFull } from "./in-full.ts";
import { describeServiceRevisions } from "./revisions.ts";
import { describeServices, listServices } from "./services.ts";
import { clusterArnOf, createEcsState, serviceArnOf } from "./state.ts";
import {
  describeTaskDefinition,
  listTaskDefinitionFamilies,
  listTaskDefinitions,
} from "./task-definitions.ts";
import { describeTasks, listTasks } from "./tasks.ts";

/** The members that name resources, the most precise first; IAM knows no resource for task definitions. */
const RESOURCES = [
  "services",
  "tasks",
  "serviceRevisionArns",
  "serviceDeploymentArns",
  "daemonRevisionArns",
  "serviceArn",
  "daemonArn",
  "clusterArn",
  "cluster",
];

function resourceOf(place: Place, input: Members): string | undefined {
  const member = RESOURCES.find((member) => input[member] !== undefined);
  if (member === undefined) return undefined;
  const [resource = ""] = [input[member]].flat();
  if (resource.startsWith("arn:")) return resource;
  const { cluster = "default" } = input;
  return member === "services"
    ? serviceArnOf(place, cluster, resource)
    : clusterArnOf(place, cluster);
}

export const ecs = jsonService({
  prefix: "ecs",
  sdkId: "ECS",
  pageToken: "nextToken",
  createState: createEcsState,
  resourceOf,
  inFull: ecsInFull,
  version: "1.1",
  target: "AmazonEC2ContainerServiceV20141113",
  operations: {
    ListClusters: listClusters,
    ListServices: listServices,
    DescribeServices: describeServices,
    DescribeServiceDeployments: describeServiceDeployments,
    DescribeServiceRevisions: describeServiceRevisions,
    DescribeExpressGatewayService: describeExpressGatewayService,
    ListTasks: listTasks,
    DescribeTasks: describeTasks,
    ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
    ListTaskDefinitions: listTaskDefinitions,
    DescribeTaskDefinition: describeTaskDefinition,
    ListDaemons: listDaemons,
    DescribeDaemon: describeDaemon,
    DescribeDaemonDeployments: describeDaemonDeployments,
    DescribeDaemonRevisions: describeDaemonRevisions,
    DescribeDaemonTaskDefinition: describeDaemonTaskDefinition,
  },
});
