import {
  type ECRClient,
  GetRegistryPolicyCommand,
  GetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";

import { call, isGone, required } from "../aws/calls.ts";
import { type KnownPullers, unseenPullers } from "../registry/pullers.ts";
import { type Puller, distinctPullers } from "../registry/puller.ts";
import type { Repository } from "../registry/repository.ts";
import { REPOSITORY_GONE } from "./ecr.ts";

const OF_REPOSITORY = "ecr:GetRepositoryPolicy";
const OF_REGISTRY = "ecr:GetRegistryPolicy";

/** Reads who may pull from the repositories of one registry. */
export class PullPolicies {
  readonly #ecr: ECRClient;
  readonly #known: KnownPullers;
  #ofRegistry: Promise<string | undefined> | undefined;

  /** @param known those whose use of images the run reads */
  constructor(ecr: ECRClient, known: KnownPullers) {
    this.#ecr = ecr;
    this.#known = known;
  }

  /** Those who may pull from a repository and whose use of images the run does not read. Throws AwsCallError. */
  async unseenPullers(repository: Repository): Promise<Puller[]> {
    this.#ofRegistry ??= this.#readRegistryPolicy();
    const policies = [await this.#ofRegistry, await this.#readPolicy(repository)];
    const unseen = policies.flatMap((policy) =>
      policy === undefined ? [] : unseenPullers(policy, repository.arn, this.#known),
    );
    return distinctPullers(unseen);
  }

  /** A repository without a policy lets nobody pull but its own account. */
  async #readPolicy({ name, registryId }: Repository): Promise<string | undefined> {
    const command = new GetRepositoryPolicyCommand({ registryId, repositoryName: name });
    return policyOf(
      OF_REPOSITORY,
      `repository ${name}`,
      async () => this.#ecr.send(command),
      "RepositoryPolicyNotFoundException",
      REPOSITORY_GONE,
    );
  }

  async #readRegistryPolicy(): Promise<string | undefined> {
    return policyOf(
      OF_REGISTRY,
      "the account's registry",
      async () => this.#ecr.send(new GetRegistryPolicyCommand({})),
      "RegistryPolicyNotFoundException",
    );
  }
}

/** The text of a policy; nothing if one of the error codes says that there is none. */
async function policyOf(
  action: string,
  resource: string,
  send: () => Promise<{ readonly policyText?: string | undefined }>,
  ...noneCodes: readonly string[]
): Promise<string | undefined> {
  try {
    const { policyText } = await call(action, resource, send);
    return required(policyText, action, resource);
  } catch (error) {
    if (isGone(error, ...noneCodes)) return undefined;
    throw error;
  }
}
