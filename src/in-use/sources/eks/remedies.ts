import { partition } from "@aws-sdk/core/client";

import { AwsCallError } from "../../../aws/calls.ts";
import { isUnreachable } from "./api-server.ts";
import type { Cluster } from "./clusters.ts";

/** The policy of EKS that lets a role see every kind that is read, and no secrets. */
const POLICY = "cluster-access-policy/AmazonEKSViewPolicy";

/** The failure of a call to the API server of a cluster, with what to do about it. */
export function withRemedy(
  error: AwsCallError,
  cluster: Cluster,
  region: string,
  denied: readonly string[] = [],
): AwsCallError {
  const remedy = remedyOf(error, cluster, region, denied);
  return new AwsCallError(
    error.action,
    error.resource,
    error.cause,
    `; ${remedy} (see docs/eks.md)`,
  );
}

function remedyOf(
  error: AwsCallError,
  cluster: Cluster,
  region: string,
  denied: readonly string[],
): string {
  const { name, endpoint, isPublic } = cluster;
  if (error.code === "Unauthorized") {
    return `give the role of this program (in another account, its evidence role) access to the cluster: ${commands(cluster, region).join(" && ")}`;
  }
  if (error.code === "Forbidden") {
    return (
      `the role of this program may not list ${denied.join(", ")} in the cluster. Give the role the view policy: ` +
      `${associate(name, region)}; or allow "list" for these resources in its ClusterRole`
    );
  }
  if (isCertificateError(error)) {
    return (
      `the server has no certificate of the cluster's own authority, so nothing was sent to it. If a proxy opens TLS connections, ` +
      `add ${new URL(endpoint).hostname} to NO_PROXY`
    );
  }
  if (!isUnreachable(error)) return "run the program again, and check the health of the cluster";
  return isPublic
    ? `${endpoint} cannot be reached: check the network of this program, and that the CIDR blocks for public access to the cluster have its address`
    : `the cluster's endpoint is private: run this program in the cluster's VPC, with SubnetIds and SecurityGroupIds of the template, and ` +
        `let the cluster's security group accept HTTPS from it`;
}

function commands({ name, authenticationMode }: Cluster, region: string): string[] {
  const mode = `aws eks update-cluster-config --name ${name} --access-config authenticationMode=API_AND_CONFIG_MAP --region ${region}`;
  return [
    ...(authenticationMode === "CONFIG_MAP" ? [mode] : []),
    `aws eks create-access-entry --cluster-name ${name} --principal-arn ROLE_ARN --region ${region}`,
    associate(name, region),
  ];
}

function associate(name: string, region: string): string {
  const policy = `arn:${partition(region)["name"]}:eks::aws:${POLICY}`;
  return (
    `aws eks associate-access-policy --cluster-name ${name} --principal-arn ROLE_ARN --policy-arn ${policy} ` +
    `--access-scope type=cluster --region ${region}`
  );
}

/** Node's codes for a certificate that is not the expected one. */
function isCertificateError({ code }: AwsCallError): boolean {
  return /CERT|ERR_TLS|UNABLE_TO/.test(code);
}
