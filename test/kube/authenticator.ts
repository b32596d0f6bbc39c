import { type Keys, verifyToken } from "./token.ts";

/** An IAM principal. */
export interface Principal extends Keys {
  readonly arn: string;
  /** The Kubernetes groups of its access entry. Without them, the cluster has no access entry for it. */
  readonly groups?: readonly string[];
}

/** A principal with keys of its own. */
export function principal(name: string, groups?: readonly string[]): Principal {
  return {
    arn: `arn:aws:sts::123456789012:assumed-role/${name}/session`,
    accessKeyId: name,
    secretAccessKey: `the secret of ${name}`,
    ...(groups !== undefined && { groups }),
  };
}

/** What an API server asks about the token of a request. */
export interface TokenReview {
  readonly spec: { readonly token: string };
}

/**
 * Says whose token it is, as EKS does: by the signature of an IAM principal, and by the access entries of the cluster.
 *
 * @param refusals where it adds why a token is refused: the API server itself says only "Unauthorized"
 */
export function reviewToken(
  { spec }: TokenReview,
  clusterName: string,
  principals: readonly Principal[],
  refusals: string[],
): object {
  return {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenReview",
    status: authenticate(spec.token, clusterName, principals, refusals),
  };
}

function authenticate(
  token: string,
  clusterName: string,
  principals: readonly Principal[],
  refusals: string[],
): object {
  try {
    const { arn, groups } = verifyToken(token, clusterName, principals);
    if (groups === undefined) throw new Error(`${arn} has no access entry`);
    return { authenticated: true, user: { username: arn, groups } };
  } catch (error) {
    const { message } = error as Error;
    refusals.push(message);
    return { authenticated: false, error: message };
  }
}
