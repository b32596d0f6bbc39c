import { type Members, type Place, ServiceError, mapOf, nameOf } from "../../operation.ts";

export interface EcsState {
  readonly clusters: Map<string, SimulatedCluster>;
  /** Images of the containers of each task definition, by `family:revision`. */
  readonly taskDefinitions: Map<string, readonly string[]>;
  /** Deregistered task definitions: ECS describes them only while a service or a task references them. */
  readonly inactiveTaskDefinitions: Set<string>;
  /** The environment of the first container of a task definition, by `family:revision`. */
  readonly environments: Map<string, Readonly<Record<string, string>>>;
}

interface SimulatedCluster {
  readonly services: Map<string, SimulatedService>;
  /** By id. */
  readonly tasks: Map<string, SimulatedTask>;
  readonly daemons: Map<string, SimulatedDaemon>;
}

/** The containers of the revisions of a managed daemon. */
interface SimulatedDaemon {
  readonly current: readonly (readonly SimulatedContainer[])[];
  /** Revisions that a deployment in progress comes from. */
  readonly earlier?: readonly (readonly SimulatedContainer[])[];
}

/** A container as ECS answers it: the image as given, and the digest that it was resolved to, once it is. */
export interface SimulatedContainer {
  readonly name?: string;
  readonly image?: string;
  readonly digest?: string;
  /** Only the task definition shows its image. */
  readonly isHidden?: true;
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
  /** ACTIVE by default; only ACTIVE services are listed. */
  readonly status?: "ACTIVE" | "DRAINING" | "INACTIVE";
  /** Missing under an external or CodeDeploy controller. */
  readonly taskDefinition?: string;
  readonly deployments?: readonly string[];
  readonly taskSets?: readonly string[];
  /** The images of each of its current revisions. */
  readonly revisions?: readonly (readonly SimulatedContainer[])[];
  /** The images of further revisions by id, such as the one that a deployment in progress replaces. */
  readonly earlierRevisions?: Readonly<Record<string, readonly SimulatedContainer[]>>;
  readonly currentDeployment?: SimulatedDeployment;
  /** The active configurations of a service in Express mode. */
  readonly express?: readonly { readonly image: string; readonly taskDefinition?: string }[];
}

/** A deployment in progress, between revisions by id: `0` is the first of the current ones. */
interface SimulatedDeployment {
  readonly sources?: readonly string[];
  readonly target?: string;
  /** The revision that a rollback in progress leads to. */
  readonly rollback?: string;
  readonly status?: string;
  readonly lifecycleStage?: string;
}

export interface EcsParts {
  readonly clusters?: Record<string, Record<string, SimulatedService>>;
  /** By the name of their cluster, in a list or by name: the id of a task is `task-` and its place or its name. */
  readonly tasks?: Record<string, readonly SimulatedTask[] | Record<string, SimulatedTask>>;
  /** By the name of their cluster. */
  readonly daemons?: Record<string, Record<string, SimulatedDaemon>>;
  readonly taskDefinitions?: Record<string, readonly string[]>;
  readonly inactiveTaskDefinitions?: readonly string[];
  readonly environments?: Record<string, Readonly<Record<string, string>>>;
}

export function createEcsState(parts: EcsParts): EcsState {
  return {
    clusters: mapOf({ ...emptyClusters(parts), ...parts.clusters }, (services, name) => ({
      services: mapOf(services, (service) => service),
      tasks: new Map(
        Object.entries(parts.tasks?.[name] ?? []).map(([id, task]) => [`task-${id}`, task]),
      ),
      daemons: mapOf(parts.daemons?.[name], (daemon) => daemon),
    })),
    taskDefinitions: mapOf(parts.taskDefinitions, (images) => images),
    inactiveTaskDefinitions: new Set(parts.inactiveTaskDefinitions),
    environments: mapOf(parts.environments, (environment) => environment),
  };
}

/** Clusters that a test names only because tasks or daemons run in them. */
function emptyClusters({ tasks, daemons }: EcsParts): Record<string, Record<string, never>> {
  return Object.fromEntries(Object.keys({ ...tasks, ...daemons }).map((name) => [name, {}]));
}

export function findCluster({ clusters }: EcsState, cluster: string): SimulatedCluster {
  const found = clusters.get(nameOf(cluster));
  if (found !== undefined) return found;
  throw new ServiceError("ClusterNotFoundException", "Cluster not found.");
}

export function arnOf({ region, id }: Place, resource: string): string {
  return `arn:aws:ecs:${region}:${id}:${resource}`;
}

export function clusterArnOf(place: Place, cluster: string): string {
  return arnOf(place, `cluster/${nameOf(cluster)}`);
}

export function taskDefinitionArnOf(place: Place, taskDefinition: string): string {
  return arnOf(place, `task-definition/${taskDefinition}`);
}

export function serviceArnOf(place: Place, cluster: string, name: string): string {
  return arnOf(place, `service/${nameOf(cluster)}/${name}`);
}

/** The images of a revision, of a service or a daemon. */
export function containerImagesOf(containers: readonly SimulatedContainer[]): Members[] {
  return containers.map(({ name, image, digest, isHidden }, i) => ({
    containerName: name ?? `container-${i}`,
    image: isHidden === true ? undefined : image,
    imageDigest: digest,
  }));
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
