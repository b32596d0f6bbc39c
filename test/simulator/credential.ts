/** Who signed a request, and for which Region and service. */
export interface Credential {
  readonly keyId: string;
  readonly region: string;
  /** The service as signatures name it, such as `s3`. */
  readonly service: string;
  /** The session token, which temporary credentials have. */
  readonly token?: string;
}

const SCOPE = /Credential=(?<keyId>[^/]+)\/\d+\/(?<region>[^/]+)\/(?<service>[^/]+)\//;

/** Reads `Credential=<key>/<date>/<region>/<service>/aws4_request`; undefined for a request that nobody signed. */
export function credentialOf(
  authorization: string | undefined,
  token: string | undefined,
): Credential | undefined {
  const { keyId, region, service } = SCOPE.exec(authorization ?? "")?.groups ?? {};
  if (keyId === undefined || region === undefined || service === undefined) return undefined;
  return { keyId, region, service, ...(token !== undefined && { token }) };
}

/** Reads who signed the call of STS that a token for an EKS cluster carries; undefined for any other text. */
export function credentialOfBearer(bearer: string): Credential | undefined {
  const text = Buffer.from(bearer.replace(/^k8s-aws-v1\./, ""), "base64url").toString();
  if (!URL.canParse(text)) return undefined;
  const query = new URL(text).searchParams;
  const scope = query.get("X-Amz-Credential");
  const token = query.get("X-Amz-Security-Token");
  return credentialOf(`Credential=${scope}`, token ?? undefined);
}
