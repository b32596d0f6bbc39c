import { STATUS_CODES } from "node:http";

import { credentialOfBearer } from "../../credential.ts";
import { type Members, type Operation, ServiceError } from "../../operation.ts";
import { type Service, stateless } from "../../service.ts";
import type { EksState } from "./state.ts";
import { isTokenFor } from "./token.ts";

/** The kinds that API servers have, by their group and their list. */
const KINDS: Readonly<Record<string, readonly [group: string, list: string]>> = {
  pods: ["", "PodList"],
  replicationcontrollers: ["", "ReplicationControllerList"],
  deployments: ["apps", "DeploymentList"],
  replicasets: ["apps", "ReplicaSetList"],
  statefulsets: ["apps", "StatefulSetList"],
  daemonsets: ["apps", "DaemonSetList"],
  controllerrevisions: ["apps", "ControllerRevisionList"],
  jobs: ["batch", "JobList"],
  cronjobs: ["batch", "CronJobList"],
};

const UNAUTHORIZED = { code: "Unauthorized", status: 401 };

const PATH = /^\/(?<cluster>[^/]+)\/(?:api|apis\/(?<group>\w+))\/v1\/(?<resource>\w+)$/;

function listOf(resource: string, list: string): Operation<EksState & { region: string }> {
  return ({ eksClusters, region }, { cluster: name, token, ...input }, { sessions }) => {
    const cluster = eksClusters.get(name);
    const secret = sessions.secretOf(credentialOfBearer(token));
    if (cluster === undefined || !isTokenFor(cluster.id ?? name, region, token, secret)) {
      throw new ServiceError(UNAUTHORIZED.code, "Unauthorized", UNAUTHORIZED.status);
    }
    const objects = [...(cluster.objects.get(resource) ?? [])];
    const { start, isEmpty } = positionOf(input["continue"]);
    const end = isEmpty ? start : start + Number(input["limit"] ?? objects.length);
    const next = { start: end, isEmpty: cluster.hasEmptyPages && !isEmpty };
    return {
      kind: list,
      apiVersion: "v1",
      metadata: {
        resourceVersion: "1",
        ...(end < objects.length && { continue: toToken(next) }),
      },
      items: objects.slice(start, end).map(([place, object]) => describe(place, object)),
    };
  };
}

interface Position {
  readonly start: number;
  readonly isEmpty: boolean;
}

function positionOf(token: string | undefined): Position {
  if (token === undefined) return { start: 0, isEmpty: false };
  const [start, mark] = Buffer.from(token, "base64").toString().split(" ");
  return { start: Number(start), isEmpty: mark !== undefined };
}

function toToken({ start, isEmpty }: Position): string {
  return Buffer.from(`${start}${isEmpty ? " empty" : ""}`).toString("base64");
}

function describe(place: string, { metadata = {}, ...rest }: Members): Members {
  const [namespace, name] = place.split("/");
  return { metadata: { namespace, name, uid: place, ...metadata }, ...rest };
}

/** The API servers of all clusters. The first part of the path is the cluster's name. */
export const kubernetes: Service<EksState & { region: string }, object> = {
  prefix: "kubernetes",
  sdkId: "",
  pageToken: "continue",
  protocol: {
    contentType: "application/json",
    success: (_, output) => JSON.stringify(output),
    error: (error) => JSON.stringify(toStatus(error)),
    throttled: { code: "TooManyRequests", status: 429 },
    denied: { code: "Forbidden", status: 403 },
    invalidToken: UNAUTHORIZED,
    expiredToken: UNAUTHORIZED,
  },
  createState: stateless,
  operations: Object.fromEntries(
    Object.entries(KINDS).map(([resource, [, list]]) => [
      `list ${resource}`,
      listOf(resource, list),
    ]),
  ),
  recognize: ({ path, query, bearer }) => {
    const { cluster, group = "", resource = "" } = PATH.exec(path)?.groups ?? {};
    if (bearer === undefined || KINDS[resource]?.[0] !== group) return undefined;
    return { operation: `list ${resource}`, input: { ...query, cluster, token: bearer } };
  },
  withPageToken: (output, token) => ({
    ...output,
    metadata: { ...output["metadata"], continue: token },
  }),
};

function toStatus({ code, message, status }: ServiceError): Members {
  return {
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    message,
    reason: code || STATUS_CODES[status],
    code: status,
  };
}
