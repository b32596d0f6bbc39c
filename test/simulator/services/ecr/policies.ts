import { type Operation, ServiceError } from "../../operation.ts";
import { type EcrState, findRepository } from "./state.ts";

export const getRepositoryPolicy: Operation<EcrState> = (account, { repositoryName }) => {
  findRepository(account, repositoryName);
  const policyText = account.policies.get(repositoryName);
  if (policyText !== undefined) return { registryId: account.id, repositoryName, policyText };
  throw new ServiceError(
    "RepositoryPolicyNotFoundException",
    `Repository policy does not exist for the repository with name '${repositoryName}' in the registry with id '${account.id}'`,
  );
};

export const getRegistryPolicy: Operation<EcrState> = ({ id, registryPolicy }) => {
  if (registryPolicy !== undefined) return { registryId: id, policyText: registryPolicy };
  throw new ServiceError(
    "RegistryPolicyNotFoundException",
    `Registry policy does not exist in the registry with id '${id}'`,
  );
};
