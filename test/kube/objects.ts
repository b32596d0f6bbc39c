import type { KubeClient } from "./client.ts";

/** The part of a pod that names images. */
export interface PodSpec {
  readonly containers: readonly object[];
  readonly [field: string]: unknown;
}

export const podOf = (image: string): PodSpec => ({ containers: [{ name: "main", image }] });

/** Where an API server has the objects of each kind that names images. */
const COLLECTIONS = {
  pods: "/api/v1",
  replicationcontrollers: "/api/v1",
  deployments: "/apis/apps/v1",
  replicasets: "/apis/apps/v1",
  statefulsets: "/apis/apps/v1",
  daemonsets: "/apis/apps/v1",
  controllerrevisions: "/apis/apps/v1",
  jobs: "/apis/batch/v1",
  cronjobs: "/apis/batch/v1",
} as const;

export type Kind = keyof typeof COLLECTIONS;
export const KINDS = Object.keys(COLLECTIONS) as Kind[];

/** The path of all objects of a kind, in all namespaces or in one. */
export function pathOf(kind: Kind, namespace?: string): string {
  const within = namespace === undefined ? "" : `/namespaces/${namespace}`;
  return `${COLLECTIONS[kind]}${within}/${kind}`;
}

const labels = { app: "main" };
const template = (spec: PodSpec) => ({ metadata: { labels }, spec });
const finishing = (spec: PodSpec) => template({ ...spec, restartPolicy: "Never" });
const selector = { matchLabels: labels };

/** What an object of each kind has beside its name. */
const CONTENT: Readonly<Record<Kind, (pod: PodSpec) => object>> = {
  pods: (pod) => ({ spec: pod }),
  replicationcontrollers: (pod) => ({ spec: { replicas: 0, template: template(pod) } }),
  deployments: (pod) => ({ spec: { replicas: 0, selector, template: template(pod) } }),
  replicasets: (pod) => ({ spec: { replicas: 0, selector, template: template(pod) } }),
  statefulsets: (pod) => ({ spec: { replicas: 0, selector, template: template(pod) } }),
  daemonsets: (pod) => ({ spec: { selector, template: template(pod) } }),
  controllerrevisions: (pod) => ({ revision: 1, data: { spec: { template: template(pod) } } }),
  jobs: (pod) => ({ spec: { suspend: true, template: finishing(pod) } }),
  cronjobs: (pod) => ({
    spec: {
      schedule: "0 3 * * *",
      suspend: true,
      jobTemplate: { spec: { template: finishing(pod) } },
    },
  }),
};

/** Creates an object that names the images of a pod. */
export async function createObject(
  admin: KubeClient,
  kind: Kind,
  pod: PodSpec,
  name: string,
  namespace = "default",
): Promise<void> {
  await admin.create(pathOf(kind, namespace), { metadata: { name }, ...CONTENT[kind](pod) });
}

export async function createNamespace(admin: KubeClient, name: string): Promise<void> {
  await admin.create("/api/v1/namespaces", { metadata: { name } });
}

/** Writes what a node would write of a pod that runs. */
export async function setPodStatus(admin: KubeClient, name: string, status: object): Promise<void> {
  await replacePart(admin, name, "status", (pod) => ({ ...pod, status }));
}

/** Adds a container to a pod that exists, as `kubectl debug` does. */
export async function addEphemeralContainer(
  admin: KubeClient,
  name: string,
  image: string,
): Promise<void> {
  const ephemeralContainers = [{ name: "debugger", image }];
  await replacePart(admin, name, "ephemeralcontainers", (pod) => ({
    ...pod,
    spec: { ...pod.spec, ephemeralContainers },
  }));
}

async function replacePart(
  admin: KubeClient,
  name: string,
  part: string,
  change: (pod: any) => object,
): Promise<void> {
  const path = `${pathOf("pods", "default")}/${name}`;
  const pod = await admin.send("GET", path);
  const { status, body } = await admin.send("PUT", `${path}/${part}`, change(pod.body));
  if (status !== 200) throw new Error(`cannot change ${part} of ${name}: ${JSON.stringify(body)}`);
}
