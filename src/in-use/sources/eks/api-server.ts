import { STATUS_CODES } from "node:http";
import { Agent } from "node:https";
import { setTimeout as delay } from "node:timers/promises";

import type { RetryErrorType, RetryToken } from "@smithy/types";

import { NoAnswerError } from "../../../aws/answers.ts";
import { AwsCallError, pages, pagesBy } from "../../../aws/calls.ts";
import { createAgent } from "../../../aws/proxy.ts";
import { FEW_ATTEMPTS, PatientRetryStrategy } from "../../../aws/retries.ts";
import { OutOfTimeError, asError, codeOf } from "../../../errors.ts";
import type { Scope } from "../source.ts";
import type { Cluster } from "./clusters.ts";
import { ListReader } from "./list-reader.ts";
import { SLOW, get } from "./request.ts";
import { ClusterToken } from "./token.ts";
import type { KubernetesObject, WorkloadKind } from "./workloads.ts";

/** Objects a page, some 4 MB of text. */
const PAGE_SIZE = 500;
/** How often a list is begun, if the server forgets it after each few pages, before that is an error. */
const MAX_READINGS = 5;

/** The server's answer to a page token that is too old: the list must be begun again. */
const EXPIRED = 410;
/** Statuses after which a repeat can help. A server whose check of a token takes too long answers 401. */
const REPEATED: Readonly<Record<number, RetryErrorType>> = {
  401: "TRANSIENT",
  429: "THROTTLING",
  500: "TRANSIENT",
  502: "TRANSIENT",
  503: "TRANSIENT",
  504: "TRANSIENT",
};
const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
]);

/** An answer of an API server other than a list. Its name is the server's reason, such as `Forbidden`. */
class ApiError extends Error {
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(reason: string, message: string, httpStatusCode: number) {
    super(message);
    this.name = reason;
    this.$metadata = { httpStatusCode };
  }
}

/** One page of a list, without its objects. */
interface Page {
  /** Missing on the last page. */
  readonly nextToken?: string | undefined;
}

/** What the API answers without its objects; of an error, its reason and message. */
interface Body {
  readonly kind?: string;
  readonly items?: readonly unknown[];
  readonly metadata?: { readonly continue?: string; readonly remainingItemCount?: number };
  readonly reason?: string;
  readonly message?: string;
}

/** Takes an object of a list. What it throws ends the reading. */
type OnObject = (object: KubernetesObject) => void;

/**
 * Lists objects by the API server of one cluster, without an SDK of Kubernetes. It trusts the cluster's own certificate authority
 * alone. No setting of the SDK for endpoints leads elsewhere.
 */
export class ApiServer {
  readonly #cluster: Cluster;
  readonly #hasTime: () => boolean;
  readonly #token: ClusterToken;
  readonly #agent = createAgent() ?? new Agent({ keepAlive: true });
  readonly #retries = new PatientRetryStrategy();

  constructor(cluster: Cluster, scope: Pick<Scope, "region" | "identity" | "hasTime">) {
    this.#cluster = cluster;
    this.#hasTime = scope.hasTime;
    this.#token = new ClusterToken(scope, cluster.tokenName);
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy();
  }

  /** Hands on the objects of a kind in all namespaces, some more than once. Throws AwsCallError, or OutOfTimeError. */
  async list(kind: WorkloadKind, onObject: OnObject): Promise<void> {
    for (let reading = 1; ; reading += 1) {
      try {
        await this.#readToEnd(kind, onObject);
        return;
      } catch (error) {
        const isExpired = error instanceof AwsCallError && error.httpStatus === EXPIRED;
        if (!isExpired || reading >= MAX_READINGS) throw error;
      }
    }
  }

  async #readToEnd(kind: WorkloadKind, onObject: OnObject): Promise<void> {
    const paged = pages({
      action: `kubernetes:list ${kind.resource}`,
      resource: `EKS cluster ${this.#cluster.name}`,
      paginator: pagesBy(async (token) => this.#ask(this.#urlOf(kind, token), kind, onObject)),
    });
    while ((await paged.next()).done !== true);
  }

  async #ask(url: URL, kind: WorkloadKind, onObject: OnObject): Promise<Page> {
    let retry = await this.#retries.acquireInitialRetryToken();
    for (;;) {
      try {
        const page = await this.#askOnce(url, kind, onObject);
        this.#retries.recordSuccess();
        return page;
      } catch (error) {
        retry = await this.#waitAfter(asError(error), retry);
      }
    }
  }

  async #askOnce(url: URL, kind: WorkloadKind, onObject: OnObject): Promise<Page> {
    if (!this.#hasTime()) throw new OutOfTimeError();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what evidence needs of it is checked
    const reader = new ListReader((item) => onObject(item as KubernetesObject));
    const status = await get(url, {
      agent: this.#agent,
      ca: this.#cluster.authority,
      token: await this.#token.get(),
      onText: (text) => reader.write(text),
    });
    if (status === 401) this.#token.forget();
    return readPage(kind, status, reader);
  }

  #urlOf({ group, resource }: WorkloadKind, token: string | undefined): URL {
    const path = group === "" ? "api" : `apis/${group}`;
    const url = new URL(`${this.#cluster.endpoint}/${path}/v1/${resource}`);
    url.searchParams.set("limit", String(PAGE_SIZE));
    if (token !== undefined) url.searchParams.set("continue", token);
    return url;
  }

  /** Waits as long as the strategy says. Throws the error if no repeat can help. */
  async #waitAfter(error: Error, retry: RetryToken): Promise<RetryToken> {
    const errorType = repeatOf(error);
    if (errorType === undefined) throw error;
    if (isLasting(error) && retry.getRetryCount() + 1 >= FEW_ATTEMPTS) throw error;
    const next = await this.#renew(retry, errorType);
    if (next === undefined) throw error;
    await delay(next.getRetryDelay());
    return next;
  }

  /** Returns undefined if the call has been repeated often enough. */
  async #renew(retry: RetryToken, errorType: RetryErrorType): Promise<RetryToken | undefined> {
    try {
      return await this.#retries.refreshRetryTokenForRetry(retry, { errorType });
    } catch {
      return undefined;
    }
  }
}

/** Throws NoAnswerError for an answer without its list: it must never pass for an empty list. */
function readPage({ list }: WorkloadKind, status: number, reader: ListReader): Page {
  const parsed = parse(reader.envelope);
  if (status !== 200) throw errorOf(status, parsed);
  if (parsed === undefined) {
    throw new NoAnswerError("the answer is cut or not from a Kubernetes API server", status);
  }
  const { kind, items, metadata } = parsed;
  if (kind !== list || items?.length !== reader.count) {
    throw new NoAnswerError(`the answer is no ${list} with "items"`, status);
  }
  const { continue: nextToken = "", remainingItemCount = 0 } = metadata ?? {};
  if (nextToken === "" && remainingItemCount > 0) {
    throw new NoAnswerError(`the answer lacks ${remainingItemCount} objects of the list`, status);
  }
  return { nextToken: nextToken === "" ? undefined : nextToken };
}

/** A server says why. A proxy or a load balancer in front of it does not, and its 403 is no answer of the cluster. */
function errorOf(status: number, { kind, reason, message }: Body = {}): ApiError {
  if (kind !== "Status") {
    const text = `${STATUS_CODES[status]}, without a reason: does it come from a proxy?`;
    return new ApiError("NoAnswer", text, status);
  }
  return new ApiError(reason ?? "Failure", message ?? "no message", status);
}

function parse(body: string): Body | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** What kind of repeat can help after an error. */
function repeatOf(error: Error): RetryErrorType | undefined {
  if (error instanceof ApiError) return REPEATED[error.$metadata.httpStatusCode];
  if (error instanceof NoAnswerError) return "TRANSIENT";
  return isNetworkError(error) ? "TRANSIENT" : undefined;
}

/** Node has a code for what its network does, and another one for a certificate that is wrong. */
function isNetworkError(error: Error): boolean {
  return /^E(?!RR_)[A-Z_]+$/.test(codeOf(error));
}

/** Whether a repeat hardly ever helps. */
function isLasting(error: Error): boolean {
  if (error instanceof ApiError) return error.$metadata.httpStatusCode === 401;
  if (error instanceof NoAnswerError) return true;
  return UNREACHABLE.has(codeOf(error)) || codeOf(error) === SLOW;
}

/** Whether a call failed because no connection came about. */
export function isUnreachable({ code }: AwsCallError): boolean {
  return UNREACHABLE.has(code);
}
