import type { ECSClient } from "@aws-sdk/client-ecs";
import pMap from "p-map";

import { CONCURRENT_CALLS } from "../../../aws/clients.ts";
import { listClusters } from "../ecs/clusters.ts";
import { DAEMON_CALLS, ECS } from "../ecs/service.ts";
import type { Report, Source } from "../source.ts";
import { describeDaemon, listDaemons } from "./daemons.ts";
import { readRevisions, revisionsOfDeployments } from "./revisions.ts";

/** Reports the images of managed daemons, which ECS starts on every container instance. */
export const source: Source = {
  id: "ecs-daemons",
  title: "ECS daemons",
  evidence: [
    "the image and the digest of every container of the current revisions of managed daemons, and of those that a deployment in progress comes from, goes to or rolls back to",
  ],
  blindSpots: [],
  statements: [
    {
      Sid: "ReadEcsDaemons",
      Action: ["ecs:ListClusters", ...Object.keys(DAEMON_CALLS)],
      purpose: "the images of ECS managed daemons",
    },
  ],
  read: async (scope, report) => {
    const ecs = scope.client(ECS);
    const readOne = async (cluster: string) => readCluster(ecs, cluster, report);
    await pMap(await listClusters(scope), readOne, { concurrency: CONCURRENT_CALLS });
    return "complete";
  },
};

async function readCluster(ecs: ECSClient, cluster: string, report: Report): Promise<void> {
  const arns = await listDaemons(ecs, cluster);
  const describe = async (arn: string) => describeDaemon(ecs, arn);
  const daemons = await pMap(arns, describe, { concurrency: CONCURRENT_CALLS });
  const deployments = daemons.flatMap(({ deployment }) => deployment ?? []);
  const revisions = [
    ...daemons.flatMap(({ currentRevisions }) => currentRevisions),
    ...(await revisionsOfDeployments(ecs, deployments)),
  ];
  await readRevisions(ecs, [...new Set(revisions)], report);
}
