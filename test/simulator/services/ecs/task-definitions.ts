import { type Operation, ServiceError, nameOf } from "../../operation.ts";
import type { EcsState } from "./state.ts";

export const describeTaskDefinition: Operation<EcsState> = (account, { taskDefinition }) => {
  const images = account.taskDefinitions.get(nameOf(taskDefinition));
  if (images === undefined) {
    throw new ServiceError("ClientException", "Unable to describe task definition.");
  }
  const containerDefinitions = images.map((image, i) => ({ name: `container-${i}`, image }));
  return { taskDefinition: { taskDefinitionArn: taskDefinition, containerDefinitions } };
};
