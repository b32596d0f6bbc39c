import fc from "fast-check";

import {
  type Account,
  type AccountParts,
  REGISTRY,
  createAccount,
} from "../../simulator/account.ts";
import type { SimulatedService, SimulatedTask } from "../../simulator/services/ecs/state.ts";
import { digestOfNumber, numbers, references, sometimes } from "./references.ts";

/** The clusters that users run in. */
const CLUSTERS = ["main", "batch"];

/** Something that uses an image, or looks as if. */
export const users = fc.record({
  kind: fc.constantFrom(
    "service",
    "deployment",
    "task set",
    "deregistered",
    "revision",
    "rollback",
    "task",
    "pending task",
    "stopped task",
    "function",
    "version",
    "resolved",
    "app RUNNING",
    "app PAUSED",
    "app CREATE_FAILED",
    "app OPERATION_IN_PROGRESS",
    "app DELETED",
  ),
  reference: references,
  /** The number of the image that runs, wherever the tag has moved since. */
  running: numbers,
  cluster: sometimes("main", fc.constantFrom(...CLUSTERS)),
});
export type DrawnUser = typeof users extends fc.Arbitrary<infer Value> ? Value : never;

const ELSEWHERE = "docker.io/library/nginx:1.29";

/** The part of an account that one user is; `id` keeps it apart from the others. */
function partsOf({ kind, reference, running, cluster }: DrawnUser, id: string): AccountParts {
  const { text: image, repository } = reference;
  const digest = digestOfNumber(running);
  const old = `${id}:1`;
  const current = `${id}:2`;
  const taskDefinitions = { [old]: [ELSEWHERE, image], [current]: [ELSEWHERE] };
  const service = (parts: SimulatedService) => ({
    clusters: { [cluster]: { [id]: parts } },
    taskDefinitions,
  });
  const task = (parts: SimulatedTask) => ({ tasks: { [cluster]: [parts] } });
  switch (kind) {
    case "service":
      return service({ taskDefinition: old });
    case "deployment":
      return service({ taskDefinition: current, deployments: [current, old] });
    case "task set":
      return service({ taskSets: [current, old] });
    case "deregistered":
      return { ...service({ taskDefinition: old }), inactiveTaskDefinitions: [old] };
    case "revision":
      return service({ taskDefinition: current, revisions: [[{ image, digest }]] });
    case "rollback":
      return service({
        taskDefinition: current,
        revisions: [[{ image: ELSEWHERE }]],
        earlierRevisions: { before: [{ image, digest }] },
        currentDeployment: { sources: ["before"], target: "0" },
      });
    case "task":
      return task({ containers: [{ image, digest }] });
    case "pending task":
      return task({ containers: [{ image }] });
    case "stopped task":
      return task({ containers: [{ image, digest }], desiredStatus: "STOPPED" });
    case "function":
      return { functions: { [id]: image } };
    case "version":
      return { functions: { [id]: { $LATEST: ELSEWHERE, "1": image } } };
    case "resolved": {
      const resolved = `${REGISTRY}/${repository}@${digest}`;
      return { functions: { [id]: { $LATEST: { image, resolved } } } };
    }
    default:
      return { appRunnerServices: { [id]: { status: kind.slice("app ".length), image } } };
  }
}

/** Adds a user to an account. */
export function addUser(account: Account, user: DrawnUser, id: string): void {
  const added = createAccount(partsOf(user, id));
  for (const [name, { services, tasks }] of added.clusters) {
    const cluster = account.clusters.get(name) ?? {
      services: new Map(),
      tasks: new Map(),
      daemons: new Map(),
    };
    account.clusters.set(name, cluster);
    for (const [key, service] of services) cluster.services.set(key, service);
    for (const task of tasks.values()) cluster.tasks.set(id, task);
  }
  for (const [key, images] of added.taskDefinitions) account.taskDefinitions.set(key, images);
  for (const key of added.inactiveTaskDefinitions) account.inactiveTaskDefinitions.add(key);
  for (const [key, each] of added.functions) account.functions.set(key, each);
  for (const [key, each] of added.appRunnerServices) account.appRunnerServices.set(key, each);
}

/** Removes a user from an account; its task definitions stay. */
export function removeUser(account: Account, id: string): void {
  for (const { services, tasks } of account.clusters.values()) {
    services.delete(id);
    tasks.delete(id);
  }
  account.functions.delete(id);
  account.appRunnerServices.delete(id);
}
