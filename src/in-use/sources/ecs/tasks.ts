import {
  type Container,
  DescribeTasksCommand,
  type ECSClient,
  type Task,
  paginateListTasks,
} from "@aws-sdk/client-ecs";

import { collect, pages } from "../../../aws/call.ts";
import { withDigest } from "../../../registry/reference.ts";
import type { Sighting } from "../../in-use-images.ts";
import { CLUSTER_GONE, describeAll } from "./describe-all.ts";

/** The largest page of ListTasks, and the most tasks that one DescribeTasks call takes (API limits). */
const TASKS_PER_CALL = 100;

/**
 * Sees the image and the digest of every container of a cluster's tasks, in or outside services, that run or are to
 * run (pending ones are listed with desired status RUNNING, the default); throws AwsCallError.
 *
 * @returns task definitions of tasks that do not tell their images yet
 */
export async function seeTaskImages(
  ecs: ECSClient,
  cluster: string,
  see: Sighting,
): Promise<string[]> {
  const tasks = await describeAll({
    action: "ecs:DescribeTasks",
    resource: `tasks of ECS cluster ${cluster}`,
    perCall: TASKS_PER_CALL,
    arns: await listTasks(ecs, cluster),
    describe: async (arns) => {
      const command = new DescribeTasksCommand({ cluster, tasks: arns });
      const { tasks: described, failures } = await ecs.send(command);
      return { described, failures };
    },
  });
  return tasks.flatMap((task) => seeTask(task, see));
}

/** Tasks of one group, such as a service, count as one place: that there are many of them says nothing more. */
function seeTask(task: Task, see: Sighting): string[] {
  const { containers = [], group, taskArn, clusterArn, taskDefinitionArn } = task;
  const place = `ECS task of ${group ?? taskArn} in ${clusterArn}`;
  const untold = containers.filter((container) => !seeContainer(container, place, see));
  const isTold = containers.length > 0 && untold.length === 0;
  return isTold || taskDefinitionArn === undefined ? [] : [taskDefinitionArn];
}

function seeContainer({ image, imageDigest }: Container, place: string, see: Sighting): boolean {
  if (image === undefined) return false;
  see(withDigest(image, imageDigest), place);
  return true;
}

async function listTasks(ecs: ECSClient, cluster: string): Promise<string[]> {
  const paginator = paginateListTasks({ client: ecs, pageSize: TASKS_PER_CALL }, { cluster });
  return collect(
    pages("ecs:ListTasks", `ECS cluster ${cluster}`, paginator),
    (page) => page.taskArns,
    CLUSTER_GONE,
  );
}
