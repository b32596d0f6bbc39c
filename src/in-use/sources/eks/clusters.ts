import {
  type Cluster as Description,
  DescribeClusterCommand,
  EKSClient,
  paginateListClusters,
} from "@aws-sdk/client-eks";

import { AwsCallError, call, collect, isGone, required } from "../../../aws/calls.ts";
import type { Service } from "../../../aws/clients.ts";

/** The calls by which EKS tells its clusters and where their API servers are. */
export const EKS = {
  Client: EKSClient,
  answers: {
    "eks:DescribeCluster": ["cluster.name"],
    "eks:ListClusters": ["clusters"],
  },
} satisfies Service<EKSClient>;

/** The largest page of ListClusters (API limit). */
const PAGE_SIZE = 100;

/** A cluster whose API server can be asked. */
export interface Cluster {
  readonly name: string;
  /** What its tokens are signed for: the name, but the id of a local cluster on an AWS Outpost. */
  readonly tokenName: string;
  /** As in `https://….eks.amazonaws.com`. */
  readonly endpoint: string;
  /** The certificate authority of the API server, in PEM. */
  readonly authority: string;
  readonly isPublic: boolean;
  /** `CONFIG_MAP`, `API` or `API_AND_CONFIG_MAP`. */
  readonly authenticationMode: string | undefined;
}

/** A cluster without an API server that this program could ask, and why, as the rest of a sentence. */
export interface ClosedCluster {
  readonly name: string;
  readonly reason: string;
}

/** Lists the names of all clusters, connected ones included. */
export async function listClusters(eks: EKSClient): Promise<string[]> {
  return collect(
    {
      action: "eks:ListClusters",
      resource: "the account's EKS clusters",
      paginator: paginateListClusters({ client: eks, pageSize: PAGE_SIZE }, { include: ["all"] }),
    },
    (page) => page.clusters,
  );
}

/** Returns undefined for a cluster that is gone. Throws AwsCallError for one whose API server should be there, and is not named. */
export async function describeCluster(
  eks: EKSClient,
  name: string,
): Promise<Cluster | ClosedCluster | undefined> {
  const description = await describe(eks, name);
  if (description === undefined) return undefined;
  const reason = reasonOf(description);
  if (description.endpoint === undefined && reason !== undefined) return { name, reason };
  const { endpoint, certificateAuthority, accessConfig, resourcesVpcConfig } = description;
  const about = ["eks:DescribeCluster", `EKS cluster ${name}`] as const;
  const authority = required(certificateAuthority?.data, ...about);
  return {
    name,
    tokenName: description.id ?? name,
    endpoint: requireHttps(required(endpoint, ...about), ...about),
    authority: Buffer.from(authority, "base64").toString(),
    isPublic: resourcesVpcConfig?.endpointPublicAccess !== false,
    authenticationMode: accessConfig?.authenticationMode,
  };
}

/** Whether a cluster is being deleted, or is gone. */
export async function isGoing(eks: EKSClient, name: string): Promise<boolean> {
  const description = await describe(eks, name);
  return description === undefined || description.status === "DELETING";
}

async function describe(eks: EKSClient, name: string): Promise<Description | undefined> {
  const action = "eks:DescribeCluster";
  const command = new DescribeClusterCommand({ name });
  try {
    const { cluster } = await call(action, `EKS cluster ${name}`, () => eks.send(command));
    return required(cluster, action, `EKS cluster ${name}`);
  } catch (error) {
    if (isGone(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}

/** Why a cluster may have no endpoint. */
function reasonOf({ connectorConfig, status }: Description): string | undefined {
  if (connectorConfig !== undefined || status === "PENDING") {
    return "is connected from outside EKS, and AWS offers no way to read such a cluster";
  }
  if (status === "CREATING") return "is being created and has no API server yet";
  if (status === "DELETING") return "is being deleted and has no API server any more";
  return status === "FAILED" ? "has failed and has no API server" : undefined;
}

function requireHttps(endpoint: string, action: string, resource: string): string {
  if (endpoint.startsWith("https://")) return endpoint;
  throw new AwsCallError(action, resource, new Error(`the endpoint ${endpoint} is not HTTPS`));
}
