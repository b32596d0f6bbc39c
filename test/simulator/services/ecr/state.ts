import type { SimulatedImage, SimulatedRepository } from "../../images.ts";
import { type Members, type Place, ServiceError, mapOf } from "../../operation.ts";

export interface EcrState {
  readonly repositories: Map<string, SimulatedRepository>;
  /** The rules by which the registry repeats pushes, and perhaps deletions, elsewhere. */
  readonly replication: readonly ReplicationRule[];
  /** The text of each repository's policy. */
  readonly policies: Map<string, string>;
  registryPolicy: string | undefined;
}

/** A policy as an object, or its text as it is. */
type PolicyParts = object | string;

/** A rule as ECR answers it. */
export interface ReplicationRule {
  readonly destinations: readonly { readonly region: string; readonly registryId: string }[];
  readonly repositoryFilters?: readonly {
    readonly filter: string;
    readonly filterType: "PREFIX_MATCH";
  }[];
  readonly deleteReplication?: { readonly enabled: boolean };
}

export interface EcrParts {
  readonly repositories?: Record<string, SimulatedRepository>;
  readonly replication?: readonly ReplicationRule[];
  /** By repository. */
  readonly policies?: Record<string, PolicyParts>;
  readonly registryPolicy?: PolicyParts;
}

export function createEcrState(parts: EcrParts): EcrState {
  const { repositories, replication = [], policies, registryPolicy } = parts;
  return {
    repositories: mapOf(repositories, (repository) => repository),
    replication,
    policies: mapOf(policies, textOf),
    registryPolicy: registryPolicy === undefined ? undefined : textOf(registryPolicy),
  };
}

function textOf(policy: PolicyParts): string {
  return typeof policy === "string" ? policy : JSON.stringify(policy);
}

export function findRepository(account: Place & EcrState, name: string): SimulatedRepository {
  const repository = account.repositories.get(name);
  if (repository !== undefined) return repository;
  throw new ServiceError(
    "RepositoryNotFoundException",
    `The repository with name '${name}' does not exist in the registry with id '${account.id}'`,
  );
}

/** The image that an identifier names: by digest, by tag, or by both if they belong together. */
export function findImage(
  { images }: SimulatedRepository,
  { imageDigest, imageTag }: Members,
): SimulatedImage | undefined {
  const found =
    imageDigest === undefined
      ? [...images.values()].find(({ tags }) => tags.has(imageTag))
      : images.get(imageDigest);
  return imageTag === undefined || found?.tags.has(imageTag) ? found : undefined;
}

export function repositoryArn({ region, id }: Place, name: string): string {
  return `arn:aws:ecr:${region}:${id}:repository/${name}`;
}

export const REASONS = {
  ImageNotFound: "Requested image not found",
  ImageTagDoesNotMatchDigest: "The given tag does not match the given digest",
  ImageReferencedByManifestList: "Requested image referenced by manifest list",
  MissingDigestAndTag: "Invalid request parameters: both tag and digest cannot be null",
};

/** What a call about several images answers for one that it could not serve. */
export function failure(imageId: Members, failureCode: keyof typeof REASONS): Members {
  return { imageId, failureCode, failureReason: REASONS[failureCode] };
}
