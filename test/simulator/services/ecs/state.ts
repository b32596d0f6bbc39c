import { type Members, type Place, ServiceError, mapOf, nameOf } from "../../operation.ts";

export interface EcsState {
  readonly clusters: Map<string, SimulatedCluster>;
  /** Images of the containers of each task definition, by `family:revision`. */
  readonly taskDefinitions: Map<string, readonly string[]>;
}

interface SimulatedCluster {
  readonly services: Map<string, SimulatedService>;
  /** By id. */
  readonly tasks: Map<string, SimulatedTask>;
}

/** A container as ECS answers it: the image as given, and the digest that it was resolved to, once it is. */
interface SimulatedContainer {
  readonly image?: string;
  readonly digest?: string;
}

export interface SimulatedTask {
  readonly containers: readonly SimulatedContainer[];
  readonly taskDefinition?: string;
  /** `service:name` for a task of a service. */
  readonly group?: string;
  /** STOPPED tasks are listed only to those who ask for them. */
  readonly desiredStatus?: "RUNNING" | "STOPPED";
}

export interface SimulatedService {
  /** Missing under an external or CodeDeploy controller. */
  readonly taskDefinition?: string;
  readonly deployments?: readonly string[];
  readonly taskSets?: readonly string[];
  /** The images of each of its current revisions. */
  readonly revisions?: readonly (readonly SimulatedContainer[])[];
}

export interface EcsParts {
  readonly clusters?: Record<string, Record<string, SimulatedService>>;
  /** By the name of their cluster. */
  readonly tasks?: Record<string, readonly SimulatedTask[]>;
  readonly taskDefinitions?: Record<string, readonly string[]>;
}

export function createEcsState(parts: EcsParts): EcsState {
  return {
    clusters: mapOf({ ...emptyClusters(parts), ...parts.clusters }, (services, name) => ({
      services: mapOf(services, (service) => service),
      tasks: new Map((parts.tasks?.[name] ?? []).map((task, id) => [`task-${id}`, task])),
    })),
    taskDefinitions: mapOf(parts.taskDefinitions, (images) => images),
  };
}

/** Clusters that a test names only because tasks run in them. */
function emptyClusters({ tasks = {} }: EcsParts): Record<string, Record<string, never>> {
  return Object.fromEntries(Object.keys(tasks).map((name) => [name, {}]));
}

export function findCluster({ clusters }: EcsState, cluster: string): SimulatedCluster {
  const found = clusters.get(nameOf(cluster));
  if (found !== undefined) return found;
  throw new ServiceError("ClusterNotFoundException", "Cluster not found.");
}

export function arnOf({ region, id }: Place, resource: string): string {
  return `arn:aws:ecs:${region}:${id}:${resource}`;
}

export function serviceArnOf(place: Place, cluster: string, name: string): string {
  return arnOf(place, `service/${nameOf(cluster)}/${name}`);
}

/** Describes each of the ARNs; one that names nothing is a failure. */
export function describeEach(
  arns: readonly string[],
  describe: (arn: string) => Members | undefined,
): { described: Members[]; failures: Members[] } {
  const described: Members[] = [];
  const failures: Members[] = [];
  for (const arn of arns) {
    const found = describe(arn);
    if (found === undefined) failures.push({ arn, reason: "MISSING" });
    else described.push(found);
  }
  return { described, failures };
}
