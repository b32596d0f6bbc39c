import {
  type Operation,
  type Place,
  ServiceError,
  nameOf,
  pageOf,
  requireRange,
} from "../../operation.ts";
import {
  type EcsState,
  arnOf,
  clusterArnOf,
  containerImagesOf,
  describeEach,
  findCluster,
} from "./state.ts";

export const listDaemons: Operation<EcsState> = (account, input) => {
  const { clusterArn = "default", maxResults = 100, nextToken } = input;
  requireRange("maxResults", maxResults, 1, 100);
  const summaries = [...findCluster(account, clusterArn).daemons.keys()].map((name) => ({
    daemonArn: daemonArnOf(account, clusterArn, name),
    status: "ACTIVE",
  }));
  const { items, ...rest } = pageOf(summaries, nextToken, maxResults);
  return { daemonSummariesList: items, ...rest };
};

export const describeDaemon: Operation<EcsState> = (account, { daemonArn }) => {
  const [, cluster = "", name = ""] = daemonArn.split("/");
  const revisions = findCluster(account, cluster).daemons.get(name);
  if (revisions === undefined) {
    throw new ServiceError("DaemonNotFoundException", "The specified daemon was not found.");
  }
  return {
    daemon: {
      daemonArn,
      clusterArn: clusterArnOf(account, cluster),
      status: "ACTIVE",
      currentRevisions: revisions.map((_, i) => ({
        arn: arnOf(account, `daemon-revision/${cluster}/${name}/${i}`),
      })),
    },
  };
};

/** One revision of a cluster that is gone fails the whole call. */
export const describeDaemonRevisions: Operation<EcsState> = (account, input) => {
  const { daemonRevisionArns = [] } = input;
  requireRange("the number of daemonRevisionArns", daemonRevisionArns.length, 1, 20);
  const { described, failures } = describeEach(daemonRevisionArns, (arn) => {
    const [, cluster = "", name = "", id = ""] = arn.split("/");
    const containers = findCluster(account, cluster).daemons.get(name)?.[Number(id)];
    return (
      containers && {
        daemonRevisionArn: arn,
        clusterArn: clusterArnOf(account, cluster),
        daemonArn: daemonArnOf(account, cluster, name),
        containerImages: containerImagesOf(containers),
      }
    );
  });
  return { daemonRevisions: described, failures };
};

function daemonArnOf(place: Place, cluster: string, name: string): string {
  return arnOf(place, `daemon/${nameOf(cluster)}/${name}`);
}
