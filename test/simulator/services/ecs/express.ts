import { type Operation, ServiceError } from "../../operation.ts";
import { type EcsState, arnOf, findCluster, taskDefinitionArnOf } from "./state.ts";

export const describeExpressGatewayService: Operation<EcsState> = (account, { serviceArn }) => {
  const [, cluster = "", name = ""] = serviceArn.split("/");
  const configurations = findCluster(account, cluster).services.get(name)?.express;
  if (configurations === undefined) {
    throw new ServiceError("ResourceNotFoundException", "Service not found.");
  }
  return {
    service: {
      cluster,
      serviceName: name,
      serviceArn,
      status: { statusCode: "ACTIVE" },
      activeConfigurations: configurations.map(({ image, taskDefinition }, i) => ({
        serviceRevisionArn: arnOf(account, `service-revision/${cluster}/${name}/${i}`),
        taskDefinitionArn: taskDefinition && taskDefinitionArnOf(account, taskDefinition),
        primaryContainer: { image, containerPort: 80 },
      })),
    },
  };
};
