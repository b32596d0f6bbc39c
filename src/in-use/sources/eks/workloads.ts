import { findReferencesIn } from "../../../registry/text.ts";

/** A kind of Kubernetes object that names images, and where its API has the specification of its pods. */
export interface WorkloadKind {
  /** As people read it, in the singular. */
  readonly title: string;
  /** The name in the API, in the plural. */
  readonly resource: string;
  /** The kind of the API's list. */
  readonly list: string;
  /** The API group; the core group has no name. */
  readonly group: "" | "apps" | "batch";
  readonly podSpec: readonly string[];
  /** Whether an object of the kind can be without pods. */
  readonly mayLackPods?: true;
}

const TEMPLATE = ["spec", "template", "spec"];

/**
 * Every kind that is read, owners before what they own: what an owner makes while they are read has the owner's image, or the
 * owner was gone before, and what it made is listed later.
 */
export const KINDS: readonly WorkloadKind[] = [
  {
    title: "cron job",
    resource: "cronjobs",
    list: "CronJobList",
    group: "batch",
    podSpec: ["spec", "jobTemplate", ...TEMPLATE],
  },
  { title: "job", resource: "jobs", list: "JobList", group: "batch", podSpec: TEMPLATE },
  {
    title: "deployment",
    resource: "deployments",
    list: "DeploymentList",
    group: "apps",
    podSpec: TEMPLATE,
  },
  {
    title: "stateful set",
    resource: "statefulsets",
    list: "StatefulSetList",
    group: "apps",
    podSpec: TEMPLATE,
  },
  {
    title: "daemon set",
    resource: "daemonsets",
    list: "DaemonSetList",
    group: "apps",
    podSpec: TEMPLATE,
  },
  {
    // Of a stateful set, a daemon set, or whatever else keeps revisions of itself.
    title: "controller revision",
    resource: "controllerrevisions",
    list: "ControllerRevisionList",
    group: "apps",
    podSpec: ["data", ...TEMPLATE],
    mayLackPods: true,
  },
  {
    title: "replica set",
    resource: "replicasets",
    list: "ReplicaSetList",
    group: "apps",
    podSpec: TEMPLATE,
  },
  {
    title: "replication controller",
    resource: "replicationcontrollers",
    list: "ReplicationControllerList",
    group: "",
    podSpec: TEMPLATE,
  },
  { title: "pod", resource: "pods", list: "PodList", group: "", podSpec: ["spec"] },
];

/** An object as the API has it; of its metadata, what evidence needs. */
export interface KubernetesObject {
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: object;
  readonly data?: object;
  readonly status?: PodStatus;
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[] | null;
  readonly ephemeralContainers?: readonly Container[] | null;
  readonly volumes?: readonly VolumeWithImage[] | null;
}

interface VolumeWithImage {
  readonly image?: { readonly reference?: string | null } | null;
}

interface Container {
  /** Missing where something else fills it in. */
  readonly image?: string | null;
}

interface PodStatus {
  readonly containerStatuses?: readonly ContainerStatus[] | null;
  readonly initContainerStatuses?: readonly ContainerStatus[] | null;
  readonly ephemeralContainerStatuses?: readonly ContainerStatus[] | null;
}

interface ContainerStatus {
  readonly image?: string;
  /** `docker-pullable://…@sha256:…`, `…@sha256:…`, or the id of a configuration, which names no image. */
  readonly imageID?: string;
}

/**
 * The image references of an object: those of its containers and volumes, those that its pods run, and every ECR reference in its
 * environment values, commands and annotations. Undefined if the object lacks the pods that its kind has.
 */
export function referencesOf(
  kind: WorkloadKind,
  object: KubernetesObject,
): ReadonlySet<string> | undefined {
  const spec = kind.podSpec.reduce(memberOf, object);
  if (!isPodSpec(spec)) {
    return kind.mayLackPods === true ? new Set(textsOf(object)) : undefined;
  }
  return new Set([...imagesIn(spec), ...imagesRunBy(object.status ?? {}), ...textsOf(object)]);
}

/** The object's place, for people: `deployment shop/web`. */
export function nameOf({ title }: WorkloadKind, { metadata = {} }: KubernetesObject): string {
  return `${title} ${metadata.namespace}/${metadata.name}`;
}

function imagesIn(spec: PodSpec): string[] {
  const { containers, initContainers, ephemeralContainers, volumes } = spec;
  return [
    ...listed(containers, initContainers, ephemeralContainers).map(({ image }) => image),
    ...listed(volumes).map(({ image }) => image?.reference),
  ].filter(isText);
}

function imagesRunBy(status: PodStatus): string[] {
  const { containerStatuses, initContainerStatuses, ephemeralContainerStatuses } = status;
  return listed(containerStatuses, initContainerStatuses, ephemeralContainerStatuses)
    .flatMap(({ image, imageID }) => [image, imageID])
    .filter(isText);
}

/** All items of some lists. A controller of one's own can write null for an empty one into a revision. */
function listed<Item>(...lists: readonly (readonly Item[] | null | undefined)[]): Item[] {
  return lists.flatMap((list) => list ?? []);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function textsOf({ metadata, spec, data, status }: KubernetesObject): string[] {
  return findReferencesIn({ annotations: metadata?.annotations, spec, data, status });
}

function isPodSpec(value: unknown): value is PodSpec {
  return Array.isArray(memberOf(value, "containers"));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
