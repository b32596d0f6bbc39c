import fc from "fast-check";

import { type AccountParts, REGISTRY, createAccount } from "../../../simulator/account.ts";
import type { Place } from "../../../simulator/operation.ts";
import type { Organization } from "../../../simulator/organization.ts";
import { placesIn } from "../places.ts";
import { digestOfNumber, numbers, references, sometimes } from "../references.ts";
import { AGENT_RUNTIMES } from "./agentcore.ts";
import { APP_RUNNER_SERVICES } from "./app-runner.ts";
import { BATCH_JOBS } from "./batch.ts";
import { BUILD_PROJECTS } from "./codebuild.ts";
import { ECS_FAMILIES } from "./ecs-families.ts";
import { ECS_SERVICES } from "./ecs-services.ts";
import { ECS_TASKS } from "./ecs-tasks.ts";
import { KUBERNETES_WORKLOADS } from "./eks.ts";
import { RULES } from "./eventbridge.ts";
import { FUNCTIONS } from "./lambda.ts";
import { PIPES } from "./pipes.ts";
import { SAGEMAKER_WORKLOADS } from "./sagemaker.ts";
import { SCHEDULES } from "./scheduler.ts";
import { addState, removeState } from "./state.ts";
import { STATE_MACHINES } from "./step-functions.ts";
import { NAMES_OF_STARTS, taskStart } from "./task-starts.ts";
import { NAMES_OF_WORDINGS, textWith } from "./texts.ts";
import type { UserKinds } from "./use.ts";

const KINDS: UserKinds = {
  ...ECS_SERVICES,
  ...ECS_TASKS,
  ...ECS_FAMILIES,
  ...FUNCTIONS,
  ...APP_RUNNER_SERVICES,
  ...RULES,
  ...SCHEDULES,
  ...PIPES,
  ...STATE_MACHINES,
  ...BATCH_JOBS,
  ...SAGEMAKER_WORKLOADS,
  ...BUILD_PROJECTS,
  ...AGENT_RUNTIMES,
  ...KUBERNETES_WORKLOADS,
};

export const KIND_NAMES = Object.keys(KINDS);

/** Something that uses an image, or looks as if, in one of the places. */
export const usersIn = (places: fc.Arbitrary<Place>) =>
  fc.record({
    place: places,
    kind: fc.constantFrom(...KIND_NAMES),
    reference: references,
    /** The number of the image that runs, wherever the tag has moved since. */
    running: numbers,
    cluster: sometimes("main", fc.constantFrom("main", "batch")),
    /** How it names the task definition, if it starts tasks. */
    start: sometimes("by revision", fc.constantFrom(...NAMES_OF_STARTS), 2),
    /** How it names the image, if it does so in a text. */
    wording: sometimes("alone", fc.constantFrom(...NAMES_OF_WORDINGS), 2),
  });
export type DrawnUser =
  ReturnType<typeof usersIn> extends fc.Arbitrary<infer Value> ? Value : never;

/** The name of a drawn user in its account. */
export function userId(position: number): string {
  return `user-${position}`;
}

/** The part of an account that one user is; `id` keeps it apart from the others. */
export function partsOf(user: DrawnUser, id: string): AccountParts {
  const { kind, place, reference, running, cluster, start, wording } = user;
  const { text: image, name, repository } = reference;
  const digest = digestOfNumber(running);
  const parts = KINDS[kind]?.({
    id,
    image,
    digest,
    resolved: `${REGISTRY}/${repository}@${digest}`,
    text: textWith(wording, image, name),
    cluster,
    place,
    start: taskStart(start, id, image, place),
  });
  return parts ?? {};
}

/** Adds a user to its place. */
export function addUser({ place }: Organization, user: DrawnUser, id: string): void {
  const where = user.place;
  addState(place(where.id, where.region), createAccount(partsOf(user, id), where));
}

const STAYING = new Set(["repositories", "taskDefinitions", "environments"]);

/** Removes a user, wherever it is; its task definitions stay. */
export function removeUser(organization: Organization, id: string): void {
  for (const place of placesIn(organization)) {
    for (const [name, part] of Object.entries(place)) {
      if (!STAYING.has(name)) removeState(part, id);
    }
  }
}
