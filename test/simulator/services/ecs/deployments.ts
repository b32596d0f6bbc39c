import { type Operation, requireRange } from "../../operation.ts";
import {
  type EcsState,
  arnOf,
  clusterArnOf,
  describeEach,
  findCluster,
  serviceArnOf,
} from "./state.ts";

/** One deployment of a cluster that is gone fails the whole call. */
export const describeServiceDeployments: Operation<EcsState> = (account, input) => {
  const { serviceDeploymentArns = [] } = input;
  requireRange("the number of serviceDeploymentArns", serviceDeploymentArns.length, 1, 20);
  const { described, failures } = describeEach(serviceDeploymentArns, (arn) => {
    const [, cluster = "", service = ""] = arn.split("/");
    const deployment = findCluster(account, cluster).services.get(service)?.currentDeployment;
    if (deployment === undefined) return undefined;
    const { sources, target, rollback, status = "IN_PROGRESS", lifecycleStage } = deployment;
    const toArn = (id: string) => arnOf(account, `service-revision/${cluster}/${service}/${id}`);
    return {
      serviceDeploymentArn: arn,
      serviceArn: serviceArnOf(account, cluster, service),
      clusterArn: clusterArnOf(account, cluster),
      status,
      lifecycleStage,
      sourceServiceRevisions: sources?.map((id) => ({ arn: toArn(id) })),
      targetServiceRevision: target && { arn: toArn(target) },
      rollback: rollback && { serviceRevisionArn: toArn(rollback) },
    };
  });
  return { serviceDeployments: described, failures };
};
