import {
  DescribeTasksCommand,
  type ECSClient,
  type Task,
  paginateListTasks,
} from "@aws-sdk/client-ecs";

import { lists } from "../../../aws/calls.ts";
import { withDigest } from "../../../registry/reference.ts";
import { nameInArn } from "../place.ts";
import type { Report } from "../source.ts";
import { CLUSTER_GONE, describeAll } from "./describe-all.ts";

/** The largest page of ListTasks, and the most tasks that one DescribeTasks call takes (API limits). */
const TASKS_PER_CALL = 100;

/** Containers that AWS adds to a task: they never have an image of this registry, and show none. */
const INJECTED = /^(?:aws-guardduty-agent|ecs-service-connect)-/;

/**
 * Reports the image and the digest of every container of a cluster's tasks, in services or not, that run or are to run.
 * (ECS lists pending tasks with the desired status RUNNING, the default.) Of a task that does not name all its images yet,
 * it reports the task definition. Throws AwsCallError.
 */
export async function readTasks(ecs: ECSClient, cluster: string, report: Report): Promise<void> {
  await describeAll({
    action: "ecs:DescribeTasks",
    resource: `tasks of ECS cluster ${cluster}`,
    perCall: TASKS_PER_CALL,
    lists: listTasks(ecs, cluster),
    describe: async (arns) => {
      const command = new DescribeTasksCommand({ cluster, tasks: arns });
      const { tasks, failures } = await ecs.send(command);
      return { described: tasks, failures };
    },
    onDescribed: (tasks) => {
      report.progress("tasks", tasks.length);
      for (const task of tasks) reportTask(task, cluster, report);
    },
    arnOf: ({ taskArn }) => taskArn,
  });
}

/** Tasks of one group, such as a service, count as one place: a thousand of them say nothing more. */
function reportTask(task: Task, cluster: string, report: Report): void {
  const { containers = [], group, taskArn = "", taskDefinitionArn } = task;
  const place = `ECS task of ${group ?? nameInArn(taskArn)} in ${nameInArn(cluster)}`;
  for (const { image, imageDigest } of containers) {
    if (image === undefined) continue;
    for (const reference of withDigest(image, imageDigest)) report.image(reference, place);
  }
  const own = containers.filter(({ name = "" }) => !INJECTED.test(name));
  const isComplete = own.length > 0 && own.every(({ image }) => image !== undefined);
  if (isComplete || taskDefinitionArn === undefined) return;
  report.taskDefinition(taskDefinitionArn, `ECS task in ${nameInArn(cluster)}`);
}

function listTasks(ecs: ECSClient, cluster: string): AsyncIterable<readonly string[]> {
  return lists(
    {
      action: "ecs:ListTasks",
      resource: `ECS cluster ${cluster}`,
      paginator: paginateListTasks({ client: ecs, pageSize: TASKS_PER_CALL }, { cluster }),
    },
    (page) => page.taskArns,
    CLUSTER_GONE,
  );
}
