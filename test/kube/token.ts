import { signatureOf } from "../simulator/services/eks/token.ts";

/** The keys of an IAM principal, as STS knows them. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const PREFIX = "k8s-aws-v1.";
const CLUSTER_HEADER = "x-k8s-aws-id";
const LIFETIME_MS = 15 * 60_000;
const ALLOWED_PARAMETERS = new Set([
  "action",
  "version",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-security-token",
  "x-amz-signature",
  "x-amz-signedheaders",
]);

/** What a test may make wrong in a token. */
interface TokenOptions {
  readonly host?: string;
  /** Milliseconds since the epoch. */
  readonly signedAt?: number;
  readonly signedHeaders?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Makes a token for a cluster as `aws eks get-token` does: a presigned call of GetCallerIdentity. */
export function createToken(clusterName: string, keys: Keys, options: TokenOptions = {}): string {
  const date = new Date(options.signedAt ?? Date.now()).toISOString().replaceAll(/-|:|\.\d+/g, "");
  const url = new URL(`https://${options.host ?? "sts.eu-west-1.amazonaws.com"}/`);
  const parameters = {
    Action: "GetCallerIdentity",
    Version: "2011-06-15",
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${keys.accessKeyId}/${date.slice(0, 8)}/eu-west-1/sts/aws4_request`,
    "X-Amz-Date": date,
    "X-Amz-Expires": "60",
    "X-Amz-SignedHeaders": options.signedHeaders ?? `host;${CLUSTER_HEADER}`,
    ...options.parameters,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const signature = signatureOf(url, clusterName, keys.secretAccessKey);
  url.searchParams.set("X-Amz-Signature", signature);
  return PREFIX + Buffer.from(url.href).toString("base64url");
}

/**
 * Finds out whose token it is, as the authenticator of EKS and, in its place, STS do.
 *
 * @throws if the token is not a valid one for this cluster
 */
export function verifyToken<K extends Keys>(
  token: string,
  clusterName: string,
  principals: readonly K[],
): K {
  require(token.length <= 4096, "the token is too long");
  require(token.startsWith(PREFIX), `the token does not begin with ${PREFIX}`);
  const encoded = token.slice(PREFIX.length);
  require(/^[\w-]+$/.test(encoded), "the token is not in base64url without padding");
  const url = new URL(Buffer.from(encoded, "base64url").toString());
  require(url.protocol === "https:", `the protocol is ${url.protocol}`);
  require(/^sts(\.[a-z]+-[a-z-]+-\d)?\.amazonaws\.com$/.test(url.host), `the host is ${url.host}`);
  require(url.pathname === "/", `the path is ${url.pathname}`);

  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    const key = name.toLowerCase();
    require(ALLOWED_PARAMETERS.has(key), `the parameter ${name} is not allowed`);
    require(!parameters.has(key), `the parameter ${name} is there twice`);
    parameters.set(key, value);
  }
  const parameter = (name: string) => parameters.get(name) ?? "";
  require(parameter("action") === "GetCallerIdentity", `the action is ${parameter("action")}`);
  const signed = parameter("x-amz-signedheaders").split(";");
  require(signed.includes(CLUSTER_HEADER), `the header ${CLUSTER_HEADER} is not signed`);
  const expires = parameter("x-amz-expires");
  require(/^\d+$/.test(expires) && Number(expires) <= 900, `X-Amz-Expires is ${expires}`);
  const signedAt = Date.parse(
    parameter("x-amz-date").replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"),
  );
  require(signedAt + LIFETIME_MS > Date.now(), "the token is expired");

  const [accessKeyId] = parameter("x-amz-credential").split("/");
  const principal = principals.find((each) => each.accessKeyId === accessKeyId);
  if (principal === undefined) throw new Error("STS does not know the access key");
  const signature = signatureOf(url, clusterName, principal.secretAccessKey);
  require(parameter("x-amz-signature") === signature, "STS finds the signature wrong");
  return principal;
}

function require(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}
