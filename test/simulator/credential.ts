/** Who signed a request, and for which Region. */
export interface Credential {
  readonly keyId: string;
  readonly region: string;
  /** The session token, which temporary credentials have. */
  readonly token?: string;
}

const SCOPE = /Credential=(?<keyId>[^/]+)\/\d+\/(?<region>[^/]+)\//;

/** Reads `Credential=<key>/<date>/<region>/<service>/aws4_request`; undefined for a request that nobody signed. */
export function credentialOf(
  authorization: string | undefined,
  token: string | undefined,
): Credential | undefined {
  const { keyId, region } = SCOPE.exec(authorization ?? "")?.groups ?? {};
  if (keyId === undefined || region === undefined) return undefined;
  return { keyId, region, ...(token !== undefined && { token }) };
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
