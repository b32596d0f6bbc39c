import { DescribeDaemonCommand, type ECSClient, ListDaemonsCommand } from "@aws-sdk/client-ecs";

import { call, collect, isGone, pagesBy, required } from "../../../aws/calls.ts";
import { CLUSTER_GONE } from "../ecs/describe-all.ts";

/** The largest page of ListDaemons (API limit). */
const PAGE_SIZE = 100;
/** The errors with which ECS answers where it has no managed daemons. */
const NO_DAEMONS = ["UnsupportedFeatureException", "UnknownOperationException"];

/** A managed daemon. */
interface Daemon {
  readonly currentRevisions: readonly string[];
  readonly deployment: string | undefined;
}

/** The ARNs of the managed daemons of a cluster. Throws AwsCallError. */
export async function listDaemons(ecs: ECSClient, clusterArn: string): Promise<string[]> {
  return collect(
    {
      action: "ecs:ListDaemons",
      resource: `ECS cluster ${clusterArn}`,
      paginator: pagesBy(async (nextToken) =>
        ecs.send(new ListDaemonsCommand({ clusterArn, nextToken, maxResults: PAGE_SIZE })),
      ),
    },
    (page) => page.daemonSummariesList?.map(({ daemonArn }) => daemonArn ?? ""),
    CLUSTER_GONE,
    ...NO_DAEMONS,
  );
}

/** Describes a daemon; one that is gone has no revisions. Throws AwsCallError. */
export async function describeDaemon(ecs: ECSClient, daemonArn: string): Promise<Daemon> {
  const action = "ecs:DescribeDaemon";
  const command = new DescribeDaemonCommand({ daemonArn });
  try {
    const { daemon } = await call(action, daemonArn, () => ecs.send(command));
    const revisions = required(daemon?.currentRevisions, action, daemonArn);
    return {
      currentRevisions: revisions.map(({ arn }) => required(arn, action, daemonArn)),
      deployment: daemon?.deploymentArn,
    };
  } catch (error) {
    if (!isGone(error, "DaemonNotFoundException", CLUSTER_GONE)) throw error;
    return { currentRevisions: [], deployment: undefined };
  }
}
