import type { EKSClient } from "@aws-sdk/client-eks";
import pMap from "p-map";

import { AwsCallError } from "../../../aws/calls.ts";
import { CONCURRENT_CALLS } from "../../../aws/clients.ts";
import { OutOfTimeError, SourceError, asError } from "../../../errors.ts";
import { whereAvailable } from "../availability.ts";
import type { Report, Scope, Source } from "../source.ts";
import { ApiServer } from "./api-server.ts";
import {
  type ClosedCluster,
  type Cluster,
  EKS,
  describeCluster,
  isGoing,
  listClusters,
} from "./clusters.ts";
import { withRemedy } from "./remedies.ts";
import { KINDS, type WorkloadKind, nameOf, referencesOf } from "./workloads.ts";

/** How many clusters are read at the same time: each has a page of its objects in memory. */
const CONCURRENT_CLUSTERS = 4;

/** Reports the images of everything that starts pods, and of the pods themselves, in all namespaces of all clusters. */
export const source: Source = {
  id: "eks",
  title: "EKS",
  evidence: [
    "every container, init container, ephemeral container and image volume of every pod, deployment, stateful set, daemon set, job, cron job (suspended ones too) and replication controller, in all namespaces of every cluster",
    "the same of every replica set, also at zero, and of every controller revision: what a rollback starts",
    "the image and the digest that each container of a pod runs; finished pods and jobs count while they exist",
    "ECR references in environment values, commands and annotations of all of these",
  ],
  blindSpots: [
    "images that only a custom resource, a ConfigMap or a Helm chart names, such as templates of Argo Workflows, Tekton, KEDA or Spark, until a pod runs them: keep what is pulled with `BoxCleanerKeepPulledDays`",
    "clusters that are connected to EKS from outside, and clusters that are being created or deleted or have failed, without an API server: a warning names each",
  ],
  statements: [
    {
      Sid: "ReadEksClusters",
      Action: Object.keys(EKS.answers),
      purpose:
        "which EKS clusters there are, and where their API servers are; [each cluster](docs/eks.md) must let the role in too",
    },
  ],
  read: async (scope, report) =>
    whereAvailable(async () => {
      const eks = scope.client(EKS);
      const described = await pMap(
        await listClusters(eks),
        async (name) => describeCluster(eks, name),
        { concurrency: CONCURRENT_CALLS },
      );
      const clusters = described.filter((cluster) => cluster !== undefined);
      const failures: Error[] = [];
      const readOne = async (cluster: Cluster | ClosedCluster) =>
        readCluster(eks, cluster, scope, report).catch((error: unknown) => {
          failures.push(asError(error));
        });
      await pMap(clusters, readOne, { concurrency: CONCURRENT_CLUSTERS });
      requireAll(failures);
    }),
};

/** One message for all clusters: each needs a step of its own. Running out of time is no failure, unless something else failed. */
function requireAll(failures: readonly Error[]): void {
  const real = failures.filter((error) => !(error instanceof OutOfTimeError));
  const [first = failures[0], ...others] = real;
  if (first === undefined) return;
  if (others.length === 0) throw first;
  throw new SourceError(real.map(({ message }) => message).join("; "), real);
}

/** Whatever fails in a cluster that is being deleted only means that it cannot be read any more. */
async function readCluster(
  eks: EKSClient,
  cluster: Cluster | ClosedCluster,
  scope: Scope,
  report: Report,
): Promise<void> {
  const place = `EKS cluster ${cluster.name}`;
  if ("reason" in cluster) {
    report.blindSpot(`${place} ${cluster.reason}`);
    return;
  }
  try {
    await readWorkloads(cluster, scope, report);
  } catch (error) {
    if (error instanceof OutOfTimeError) throw error;
    if (!(await isGoing(eks, cluster.name).catch(() => false))) throw error;
    report.blindSpot(`${place} is being deleted and could not be read to its end`);
  }
}

/** Reads every kind, one after the other. What the role may not list comes last, in one message. */
async function readWorkloads(cluster: Cluster, scope: Scope, report: Report): Promise<void> {
  const server = new ApiServer(cluster, scope);
  const denied: AwsCallError[] = [];
  try {
    for (const kind of KINDS) {
      await readKind(server, kind, `EKS cluster ${cluster.name}`, report).catch(
        (error: unknown) => {
          if (!(error instanceof AwsCallError)) throw error;
          if (error.httpStatus !== 403) throw withRemedy(error, cluster, scope.region);
          denied.push(error);
        },
      );
    }
  } finally {
    server.close();
  }
  const [first] = denied;
  if (first === undefined) return;
  const resources = denied.map(({ action }) => action.replace("kubernetes:list ", ""));
  throw withRemedy(first, cluster, scope.region, resources);
}

/** Each page is read and forgotten. */
async function readKind(
  server: ApiServer,
  kind: WorkloadKind,
  place: string,
  report: Report,
): Promise<void> {
  for await (const objects of server.list(kind)) {
    for (const object of objects) {
      const name = nameOf(kind, object);
      const references = referencesOf(kind, object);
      if (references === undefined) {
        const cause = new Error(`the answer lacks the containers of ${name}`);
        throw new AwsCallError(`kubernetes:list ${kind.resource}`, place, cause);
      }
      for (const reference of references) report.image(reference, `${place}, ${name}`);
    }
    report.progress(`${kind.title}s`, objects.length);
  }
}
