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
  const daemon = findCluster(account, cluster).daemons.get(name);
  if (daemon === undefined) {
    throw new ServiceError("DaemonNotFoundException", "The specified daemon was not found.");
  }
  return {
    daemon: {
      daemonArn,
      clusterArn: clusterArnOf(account, cluster),
      status: "ACTIVE",
      currentRevisions: daemon.current.map((_, i) => ({
        arn: partArnOf(account, "revision", cluster, name, i),
      })),
      deploymentArn: daemon.earlier && partArnOf(account, "deployment", cluster, name, 0),
    },
  };
};

/** The deployment in progress leads from all earlier revisions to the first current one. */
export const describeDaemonDeployments: Operation<EcsState> = (account, input) => {
  const { daemonDeploymentArns = [] } = input;
  requireRange("the number of daemonDeploymentArns", daemonDeploymentArns.length, 1, 20);
  const { described, failures } = describeEach(daemonDeploymentArns, (arn) => {
    const [, cluster = "", name = ""] = arn.split("/");
    const daemon = findCluster(account, cluster).daemons.get(name);
    const revision = (i: number) => ({ arn: partArnOf(account, "revision", cluster, name, i) });
    return (
      daemon && {
        daemonDeploymentArn: arn,
        clusterArn: clusterArnOf(account, cluster),
        status: "IN_PROGRESS",
        targetDaemonRevision: revision(0),
        sourceDaemonRevisions: daemon.earlier?.map((_, i) => revision(daemon.current.length + i)),
      }
    );
  });
  return { daemonDeployments: described, failures };
};

/** One revision of a cluster that is gone fails the whole call. */
export const describeDaemonRevisions: Operation<EcsState> = (account, input) => {
  const { daemonRevisionArns = [] } = input;
  requireRange("the number of daemonRevisionArns", daemonRevisionArns.length, 1, 20);
  const { described, failures } = describeEach(daemonRevisionArns, (arn) => {
    const [, cluster = "", name = "", id = ""] = arn.split("/");
    const containers = revisionsOf(account, cluster, name)[Number(id)];
    return (
      containers && {
        daemonRevisionArn: arn,
        clusterArn: clusterArnOf(account, cluster),
        daemonArn: daemonArnOf(account, cluster, name),
        daemonTaskDefinitionArn: partArnOf(account, "task-definition", cluster, name, Number(id)),
        containerImages: containerImagesOf(containers),
      }
    );
  });
  return { daemonRevisions: described, failures };
};

export const describeDaemonTaskDefinition: Operation<EcsState> = (account, input) => {
  const { daemonTaskDefinition: arn = "" } = input;
  const [, cluster = "", name = "", id = ""] = arn.split("/");
  const containers = revisionsOf(account, cluster, name)[Number(id)];
  if (containers === undefined) {
    throw new ServiceError("ClientException", "Unable to describe daemon task definition.");
  }
  return {
    daemonTaskDefinition: {
      daemonTaskDefinitionArn: arn,
      status: "ACTIVE",
      containerDefinitions: containers.map(({ image }) => ({ image })),
    },
  };
};

/** The current revisions of a daemon, then the earlier ones. */
function revisionsOf(account: EcsState, cluster: string, name: string) {
  const { current = [], earlier = [] } = findCluster(account, cluster).daemons.get(name) ?? {};
  return [...current, ...earlier];
}

function daemonArnOf(place: Place, cluster: string, name: string): string {
  return arnOf(place, `daemon/${nameOf(cluster)}/${name}`);
}

/** The ARN of a revision of a daemon, or of what belongs to one. */
function partArnOf(place: Place, kind: string, cluster: string, name: string, i: number): string {
  return arnOf(place, `daemon-${kind}/${nameOf(cluster)}/${name}/${i}`);
}
