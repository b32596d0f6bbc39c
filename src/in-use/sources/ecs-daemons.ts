import {
  DescribeDaemonCommand,
  DescribeDaemonRevisionsCommand,
  type ECSClient,
  ListDaemonsCommand,
} from "@aws-sdk/client-ecs";
import pMap from "p-map";

import { call, collect, isGone, pagesBy, required } from "../../aws/calls.ts";
import { CONCURRENT_CALLS } from "../../aws/clients.ts";
import { withDigest } from "../../registry/reference.ts";
import { listClusters } from "./ecs/clusters.ts";
import { CLUSTER_GONE, describeAll } from "./ecs/describe-all.ts";
import { DAEMON_CALLS, ECS } from "./ecs/service.ts";
import type { Report, Source } from "./source.ts";

/** The largest page of ListDaemons (API limit). */
const PAGE_SIZE = 100;
/** The most revisions that one DescribeDaemonRevisions call takes (API limit). */
const REVISIONS_PER_CALL = 20;
/** The error with which ECS answers where it has no managed daemons. */
const NO_DAEMONS = "UnsupportedFeatureException";

/** Reports the images of managed daemons, which ECS starts on every container instance. */
export const source: Source = {
  id: "ecs-daemons",
  title: "ECS daemons",
  evidence:
    "the image and the digest of every container of the current revisions of managed daemons",
  blindSpots: ["the revision that a deployment of a managed daemon in progress rolls back to"],
  statements: [
    {
      Sid: "ReadEcsDaemons",
      Action: ["ecs:ListClusters", ...Object.keys(DAEMON_CALLS)],
      purpose: "the images of ECS managed daemons",
    },
  ],
  read: async (scope, report) => {
    const ecs = scope.client(ECS);
    const readOne = async (cluster: string) => {
      const daemons = await listDaemons(ecs, cluster);
      const revisions = await pMap(daemons, async (daemon) => currentRevisionsOf(ecs, daemon), {
        concurrency: CONCURRENT_CALLS,
      });
      await readRevisions(ecs, revisions.flat(), report);
    };
    await pMap(await listClusters(scope), readOne, { concurrency: CONCURRENT_CALLS });
    return "complete";
  },
};

async function listDaemons(ecs: ECSClient, clusterArn: string): Promise<string[]> {
  return collect(
    {
      action: "ecs:ListDaemons",
      resource: `ECS cluster ${clusterArn}`,
      paginator: pagesBy(async (nextToken) =>
        ecs.send(new ListDaemonsCommand({ clusterArn, nextToken, maxResults: PAGE_SIZE })),
      ),
    },
    (page) => page.daemonSummariesList?.flatMap(({ daemonArn }) => daemonArn ?? []),
    CLUSTER_GONE,
    NO_DAEMONS,
  );
}

async function currentRevisionsOf(ecs: ECSClient, daemonArn: string): Promise<string[]> {
  const action = "ecs:DescribeDaemon";
  const command = new DescribeDaemonCommand({ daemonArn });
  try {
    const { daemon } = await call(action, daemonArn, () => ecs.send(command));
    const revisions = required(daemon?.currentRevisions, action, daemonArn);
    return revisions.flatMap(({ arn }) => arn ?? []);
  } catch (error) {
    if (isGone(error, "DaemonNotFoundException", CLUSTER_GONE)) return [];
    throw error;
  }
}

async function readRevisions(
  ecs: ECSClient,
  arns: readonly string[],
  report: Report,
): Promise<void> {
  const revisions = await describeAll({
    action: "ecs:DescribeDaemonRevisions",
    resource: "current revisions of ECS managed daemons",
    perCall: REVISIONS_PER_CALL,
    arns,
    describe: async (daemonRevisionArns) => {
      const command = new DescribeDaemonRevisionsCommand({ daemonRevisionArns });
      const { daemonRevisions, failures } = await ecs.send(command);
      return { described: daemonRevisions, failures };
    },
    arnOf: ({ daemonRevisionArn }) => daemonRevisionArn,
  });
  for (const { daemonArn, containerImages = [] } of revisions) {
    for (const { image, imageDigest } of containerImages) {
      if (image === undefined) continue;
      for (const reference of withDigest(image, imageDigest)) {
        report.image(reference, `ECS daemon ${daemonArn}`);
      }
    }
  }
}
