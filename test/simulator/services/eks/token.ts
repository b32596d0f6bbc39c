import { createHash, createHmac } from "node:crypto";

const PREFIX = "k8s-aws-v1.";
const MAX_LENGTH = 4096;
const VALID_MS = 15 * 60_000;
const PARAMETERS = new Set([
  "Action",
  "Version",
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-Security-Token",
  "X-Amz-Signature",
  "X-Amz-SignedHeaders",
]);

/** Whether EKS takes a token for a cluster: a call of GetCallerIdentity that is signed with the cluster's name (a local cluster's id), and nothing else. */
export function isTokenFor(
  cluster: string,
  region: string,
  token: string,
  secret: string,
): boolean {
  if (!token.startsWith(PREFIX) || token.length > MAX_LENGTH) return false;
  const url = new URL(Buffer.from(token.slice(PREFIX.length), "base64url").toString());
  const query = url.searchParams;
  return (
    url.protocol === "https:" &&
    url.host === `sts.${region}.amazonaws.com` &&
    url.pathname === "/" &&
    [...query.keys()].every((name) => PARAMETERS.has(name)) &&
    query.get("Action") === "GetCallerIdentity" &&
    query.get("Version") === "2011-06-15" &&
    query.get("X-Amz-SignedHeaders") === "host;x-k8s-aws-id" &&
    isRecent(query.get("X-Amz-Date") ?? "") &&
    query.get("X-Amz-Signature") === signatureOf(url, cluster, secret)
  );
}

function isRecent(date: string): boolean {
  const time = Date.parse(
    date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
  return Math.abs(Date.now() - time) < VALID_MS;
}

/** AWS's signature, version 4, of a call with the header that EKS adds. */
export function signatureOf({ host, searchParams }: URL, cluster: string, secret: string): string {
  const query = [...searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join("&");
  const headers = `host:${host}\nx-k8s-aws-id:${cluster}\n`;
  const request = ["GET", "/", query, headers, "host;x-k8s-aws-id", hash("")].join("\n");
  const scope = searchParams.get("X-Amz-Credential")?.split("/").slice(1) ?? [];
  const date = searchParams.get("X-Amz-Date");
  const text = ["AWS4-HMAC-SHA256", date, scope.join("/"), hash(request)].join("\n");
  const key = scope.reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${secret}`);
  return hmac(key, text).toString("hex");
}

const encode = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();
