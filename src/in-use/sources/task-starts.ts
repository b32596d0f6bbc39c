import type { Report } from "./source.ts";

/** Something that starts ECS tasks on its own, such as a rule. */
interface Starter {
  /** Its ARN has the account and the Region in which it starts tasks. */
  readonly arn: string;
  /** What it is called in reports. */
  readonly place: string;
}

const CLUSTER = /^arn:[^:]*:ecs:[^:]*:[^:]*:cluster\//;

/** How a task definition can be named: by its family alone, with a revision, or as an ARN of either. */
const TASK_DEFINITION =
  /^(?:arn:[^:]*:ecs:(?<region>[^:]*):(?<account>[^:]*):task-definition\/)?(?<family>[\w-]{1,255})(?<revision>:\d+)?$/;

/** Whether a target is an ECS cluster, so that the target starts tasks. */
export function isCluster(arn: string | undefined): boolean {
  return arn !== undefined && CLUSTER.test(arn);
}

/** Reports the task definition that something starts tasks from. ECS in this account and Region knows no others. */
export function reportTaskStart(report: Report, name: string, { arn, place }: Starter): void {
  const { region, account, family, revision } = TASK_DEFINITION.exec(name)?.groups ?? {};
  const [, , , ownRegion = region, ownAccount = account] = arn.split(":");
  if (family === undefined) {
    report.blindSpot(`${place} names "${name}", which is no name of a task definition`);
  } else if (account !== undefined && (account !== ownAccount || region !== ownRegion)) {
    report.blindSpot(`${place} starts tasks from ${name}, in another account or Region`);
  } else {
    // ECS documents the newest revision for a family, not for an ARN without a revision.
    report.taskDefinition(revision === undefined ? family : name, place, { mayBeGone: true });
  }
}
