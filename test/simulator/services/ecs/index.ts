import { jsonService } from "../../service.ts";
import { listClusters } from "./clusters.ts";
import { describeServiceRevisions } from "./revisions.ts";
import { describeServices, listServices } from "./services.ts";
import { describeTaskDefinition } from "./task-definitions.ts";
import { describeTasks, listTasks } from "./tasks.ts";

export const ecs = jsonService({
  prefix: "ecs",
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
