import type { Account } from "../../../../simulator/account.ts";
import type { SimulatedService, SimulatedTask } from "../../../../simulator/services/ecs/state.ts";
import { type Settings, isOriginal, keptRevisions } from "../settings.ts";
import { type Container, type Row, containersOf } from "./container.ts";
import { definedBy, newestRevisions } from "./task-definitions.ts";

/** Services and, unless the run reads no more than the original did, tasks, pinned revisions and families. */
export const ecs: Row = (account, settings) => {
  const services = clustersOf(account)
    .flatMap((cluster) => [...cluster.services.values()])
    .filter(({ status }) => status !== "INACTIVE");
  const given = services
    .flatMap(taskDefinitionsOf)
    .flatMap((id) => definedBy(account, settings, id));
  if (isOriginal(settings)) return given;
  const tasks = clustersOf(account)
    .flatMap((cluster) => [...cluster.tasks.values()])
    .filter(({ desiredStatus }) => desiredStatus !== "STOPPED");
  return [
    ...given,
    ...services.flatMap((service) => pinnedBy(service)),
    ...services.flatMap((service) => expressOf(account, settings, service)),
    ...tasks.flatMap((task) => runBy(account, settings, task)),
    ...newestRevisions(account, keptRevisions(settings)).flatMap((id) =>
      definedBy(account, settings, id),
    ),
  ];
};

export const ecsDaemons: Row = (account) =>
  clustersOf(account).flatMap(({ daemons }) =>
    [...daemons.values()].flatMap(({ current, earlier = [] }) => [...current, ...earlier].flat()),
  );

function clustersOf({ clusters }: Account) {
  return [...clusters.values()];
}

function taskDefinitionsOf(service: SimulatedService): string[] {
  const { taskDefinition, deployments = [], taskSets = [] } = service;
  return [...(taskDefinition === undefined ? [] : [taskDefinition]), ...deployments, ...taskSets];
}

/** The current revisions, and those that a deployment in progress replaces or goes back to. */
function pinnedBy(service: SimulatedService): Container[] {
  const { revisions = [], currentDeployment, earlierRevisions = {} } = service;
  const { sources = [], rollback } = currentDeployment ?? {};
  const earlier = [...sources, rollback].flatMap((id) => earlierRevisions[id ?? ""] ?? []);
  return [...revisions.flat(), ...earlier];
}

function expressOf(
  account: Account,
  settings: Settings,
  { express = [] }: SimulatedService,
): Container[] {
  return express.flatMap(({ image, taskDefinition = "" }) => [
    ...containersOf([image]),
    ...definedBy(account, settings, taskDefinition),
  ]);
}

/** A task that does not show its containers yet runs those of its task definition. */
function runBy(
  account: Account,
  settings: Settings,
  { containers, taskDefinition = "" }: SimulatedTask,
): readonly Container[] {
  return containers.length > 0 ? containers : definedBy(account, settings, taskDefinition);
}
