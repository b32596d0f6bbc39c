import {
  controllerRevision,
  cronJob,
  pod,
  template,
  workload,
} from "../../../kubernetes-objects.ts";
import type { AccountParts } from "../../../simulator/account.ts";
import type { Members } from "../../../simulator/operation.ts";
import { ELSEWHERE } from "./elsewhere.ts";
import type { Use, UserKinds } from "./use.ts";

/** What runs in an EKS cluster or can start there; a connected cluster cannot be read. */
export const KUBERNETES_WORKLOADS: UserKinds = {
  pod: ({ id, image }) => of("pods", id, pod(image)),
  "pod whose tag has moved": ({ id, image, resolved }) => of("pods", id, pod(image, resolved)),
  "finished pod": ({ id, image }) =>
    of("pods", id, { ...template(image), status: { phase: "Succeeded" } }),
  "init container": ({ id, image }) =>
    of("pods", id, template(ELSEWHERE, { initContainers: [{ name: "init", image }] })),
  "ephemeral container": ({ id, image }) =>
    of("pods", id, template(ELSEWHERE, { ephemeralContainers: [{ name: "debug", image }] })),
  "image volume": ({ id, image }) =>
    of("pods", id, template(ELSEWHERE, { volumes: [{ name: "v", image: { reference: image } }] })),
  "environment of a pod": ({ id, text }) =>
    of("pods", id, {
      spec: { containers: [{ name: "app", image: ELSEWHERE, env: [{ name: "I", value: text }] }] },
    }),
  "annotation of a deployment": ({ id, text }) =>
    of("deployments", id, { metadata: { annotations: { image: text } }, ...workload(ELSEWHERE) }),
  "deployment at zero": ({ id, image }) => of("deployments", id, workload(image, { replicas: 0 })),
  "replica set at zero": ({ id, image }) => of("replicasets", id, workload(image, { replicas: 0 })),
  "stateful set": ({ id, image }) => of("statefulsets", id, workload(image)),
  "daemon set": ({ id, image }) => of("daemonsets", id, workload(image)),
  "controller revision": ({ id, image }) =>
    of("controllerrevisions", id, controllerRevision(image)),
  "replication controller": ({ id, image }) => of("replicationcontrollers", id, workload(image)),
  "finished job of a cluster": ({ id, image }) =>
    of("jobs", id, { ...workload(image), status: { succeeded: 1 } }),
  "suspended cron job": ({ id, image }) => of("cronjobs", id, cronJob(image, { suspend: true })),
  "pod of a connected cluster": (use) => connected(use),
};

/** In a cluster of its own, so that a cluster can go with its user. */
function of(resource: string, id: string, object: Members): AccountParts {
  return { eksClusters: { [id]: { objects: { [resource]: { "shop/web": object } } } } };
}

function connected({ id, image }: Use): AccountParts {
  return {
    eksClusters: { [id]: { isConnected: true, objects: { pods: { "shop/web": pod(image) } } } },
  };
}
