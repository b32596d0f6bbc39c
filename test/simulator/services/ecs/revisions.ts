import { type Operation, requireRange } from "../../operation.ts";
import {
  type EcsState,
  clusterArnOf,
  containerImagesOf,
  describeEach,
  findCluster,
  serviceArnOf,
} from "./state.ts";

/** One revision of a cluster that is gone fails the whole call. */
export const describeServiceRevisions: Operation<EcsState> = (
  account,
  { serviceRevisionArns = [] },
) => {
  requireRange("the number of serviceRevisionArns", serviceRevisionArns.length, 1, 20);
  const { described, failures } = describeEach(serviceRevisionArns, (arn) => {
    const [, cluster = "", service = "", id = ""] = arn.split("/");
    const state = findCluster(account, cluster).services.get(service);
    const containers = state?.revisions?.[Number(id)] ?? state?.earlierRevisions?.[id];
    return (
      containers && {
        serviceRevisionArn: arn,
        serviceArn: serviceArnOf(account, cluster, service),
        clusterArn: clusterArnOf(account, cluster),
        containerImages: containerImagesOf(containers),
      }
    );
  });
  return { serviceRevisions: described, failures };
};
