import type { Place } from "./operation.ts";
import {
  type AppRunnerParts,
  type AppRunnerState,
  createAppRunnerState,
} from "./services/app-runner.ts";
import { type EcrParts, type EcrState, createEcrState } from "./services/ecr/state.ts";
import { type EcsParts, type EcsState, createEcsState } from "./services/ecs/state.ts";
import { type LambdaParts, type LambdaState, createLambdaState } from "./services/lambda/index.ts";
import { type SsmParts, type SsmState, createSsmState } from "./services/ssm.ts";
import { type TaggingParts, type TaggingState, createTaggingState } from "./services/tagging.ts";

export {
  MANIFEST,
  type SimulatedImage,
  digestOf,
  enabled,
  image,
  old,
  repository,
  tagAbout,
} from "./images.ts";

/** A simulated AWS account in one Region: plain data that the simulator reads and changes, and that tests check. */
export interface Account
  extends Place, EcrState, EcsState, LambdaState, AppRunnerState, SsmState, TaggingState {}

/** The parts of an account that a test cares about; everything else is empty. */
export interface AccountParts
  extends EcrParts, EcsParts, LambdaParts, AppRunnerParts, SsmParts, TaggingParts {}

const ACCOUNT_ID = "123456789012";
export const REGION = "eu-west-1";
export const REGISTRY = `${ACCOUNT_ID}.dkr.ecr.${REGION}.amazonaws.com`;

export function createAccount(parts: AccountParts = {}): Account {
  return {
    id: ACCOUNT_ID,
    region: REGION,
    ...createEcrState(parts),
    ...createEcsState(parts),
    ...createLambdaState(parts),
    ...createAppRunnerState(parts),
    ...createSsmState(parts, REGION),
    ...createTaggingState(parts),
  };
}

/** What is left in a repository: the tags of each image, or its digest if it has none, in a stable order. */
export function remaining(account: Account, name: string): string[] {
  const images = [...(account.repositories.get(name)?.images.values() ?? [])];
  return images.flatMap(({ tags, digest }) => (tags.size > 0 ? [...tags] : [digest])).toSorted();
}
