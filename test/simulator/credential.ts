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
