import { type Operation, requireRange } from "../../operation.ts";
import { type EcsState, describeEach, serviceArnOf } from "./state.ts";

export const describeServiceRevisions: Operation<EcsState> = (
  account,
  { serviceRevisionArns = [] },
) => {
  requireRange("the number of serviceRevisionArns", serviceRevisionArns.length, 1, 20);
  const { described, failures } = describeEach(serviceRevisionArns, (arn) => {
    const [, cluster = "", service = "", i = ""] = arn.split("/");
    const revision = account.clusters.get(cluster)?.services.get(service)?.revisions?.[Number(i)];
    return (
      revision && {
        serviceRevisionArn: arn,
        serviceArn: serviceArnOf(account, cluster, service),
        containerImages: revision.map(({ image, digest }, i) => ({
          containerName: `container-${i}`,
          image,
          imageDigest: digest,
        })),
      }
    );
  });
  return { serviceRevisions: described, failures };
};
