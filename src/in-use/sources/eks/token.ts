import { partition } from "@aws-sdk/core/client";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";

import type { Scope } from "../source.ts";

const PREFIX = "k8s-aws-v1.";
/** The largest token that EKS takes, in bytes. */
const MAX_LENGTH = 4096;
/** EKS takes a token for 15 minutes, whatever this says, in seconds. The AWS CLI has the same value. */
const EXPIRES_IN = 60;
/**
 * How long a token is used, in ms: it stops working with its credentials too, which the SDK renews five minutes before they
 * expire.
 */
const MAX_AGE_MS = 4 * 60_000;

/** The bearer token by which the API server of a cluster knows the program's role: a signed call of `sts:GetCallerIdentity`. */
export class ClusterToken {
  readonly #scope: Pick<Scope, "region" | "credentials">;
  readonly #cluster: string;
  #latest: { readonly token: string; readonly madeAt: number } | undefined;

  constructor(scope: Pick<Scope, "region" | "credentials">, cluster: string) {
    this.#scope = scope;
    this.#cluster = cluster;
  }

  /** Returns a token that is valid for some minutes. */
  async get(): Promise<string> {
    const now = Date.now();
    if (this.#latest === undefined || now - this.#latest.madeAt > MAX_AGE_MS) {
      this.#latest = { token: await this.#sign(now), madeAt: now };
    }
    return this.#latest.token;
  }

  /** Makes the next token a new one. */
  forget(): void {
    this.#latest = undefined;
  }

  async #sign(now: number): Promise<string> {
    const { region, credentials } = this.#scope;
    const hostname = stsHost(region);
    const signer = new SignatureV4({ service: "sts", region, credentials, sha256: Sha256 });
    const { query = {} } = await signer.presign(
      {
        method: "GET",
        protocol: "https:",
        hostname,
        path: "/",
        query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
        headers: { host: hostname, "x-k8s-aws-id": this.#cluster },
      },
      {
        expiresIn: EXPIRES_IN,
        signingDate: new Date(now),
        // EKS adds this header by itself, so that a token for one cluster opens no other.
        unhoistableHeaders: new Set(["x-k8s-aws-id"]),
      },
    );
    const url = new URL(`https://${hostname}/`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    return requireLength(`${PREFIX}${Buffer.from(url.href).toString("base64url")}`);
  }
}

/** The host of STS in a Region, in the domain of its partition. No setting of the SDK moves it: EKS takes no other. */
function stsHost(region: string): string {
  return `sts.${region}.${partition(region)["dnsSuffix"]}`;
}

function requireLength(token: string): string {
  if (token.length <= MAX_LENGTH) return token;
  throw new Error(
    `the token for the API server is ${token.length} bytes long, and EKS takes ${MAX_LENGTH} at most, because the session token of ` +
      "the credentials is so long: use a role with a shorter session policy and fewer session tags",
  );
}
