import type { Members } from "./simulator/operation.ts";

/** A template of pods with one container. */
export const template = (image: string, spec: Members = {}): Members => ({
  spec: { containers: [{ name: "app", image }], ...spec },
});

/** A workload that makes pods of a template: a deployment, a replica set, a job and so on. */
export const workload = (image: string, spec: Members = {}): Members => ({
  spec: { template: template(image), ...spec },
});

/** A cron job. */
export const cronJob = (image: string, spec: Members = {}): Members => ({
  spec: { schedule: "0 0 * * *", jobTemplate: workload(image), ...spec },
});

/** The revision of a stateful set or a daemon set. */
export const controllerRevision = (image: string): Members => ({ data: workload(image) });

/** A pod, and what the node says of its container. */
export const pod = (image: string, imageID?: string): Members => ({
  ...template(image),
  status: {
    phase: "Running",
    ...(imageID !== undefined && { containerStatuses: [{ name: "app", image, imageID }] }),
  },
});
