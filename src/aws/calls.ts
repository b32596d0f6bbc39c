import { NoSuchHostError } from "./answers.ts";
import { OutOfTimeError, OutdatedPlanError, asError } from "../errors.ts";

/** The key of AWS KMS that encrypts the resource refuses it, whatever the call itself is allowed. */
const KEY_DENIED = "KmsAccessDeniedException";
const DENIED = new Set([
  "AccessDeniedException",
  "AccessDenied",
  "AuthorizationErrorException",
  "UnauthorizedOperation",
]);

/** AWS says only in the text which kind of policy denies a call. */
const BY_ORGANIZATION = /service control policy/;

/** Node's codes for a server's certificate whose signer Node does not trust. */
const UNKNOWN_ISSUER = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** A call to AWS that failed for good: names the call, the resource and, when denied, the missing permission. */
export class AwsCallError extends Error {
  override readonly name = "AwsCallError";
  /** The call as IAM spells it: also the permission that it needs. */
  readonly action: string;
  /** What the call was about, readable in a sentence. */
  readonly resource: string;
  /** The service's error code, such as `AccessDeniedException`, or Node's, such as `ENOTFOUND`. */
  readonly code: string;
  readonly httpStatus: number | undefined;
  /** AWS's support asks for it. */
  readonly requestId: string | undefined;

  /**
   * @param action the call as IAM spells it, `service:Operation`
   * @param resource what the call was about, readable in a sentence
   * @param cause the SDK's error
   * @param advice what to do about it, if that is more than the error's code says
   */
  constructor(action: string, resource: string, cause: unknown, advice?: string) {
    const error: SdkError = asError(cause);
    const { httpStatusCode, requestId } = error.$metadata ?? {};
    // The SDK throws errors that have the service's error code as their name.
    const code = error.name === "Error" ? (error.code ?? error.name) : error.name;
    const detail = code === "Error" ? error.message : `${code}: ${error.message}`;
    const answer = describeAnswer(httpStatusCode, requestId);
    const remedy = advice ?? describeRemedy(code, action, error.message);
    super(`${action} failed for ${resource}: ${detail}${answer}${remedy}`, { cause });
    this.action = action;
    this.resource = resource;
    this.code = code;
    this.httpStatus = httpStatusCode;
    this.requestId = requestId;
  }

  /** Whether the role lacks the permission for the call itself. */
  get isDenied(): boolean {
    return DENIED.has(this.code);
  }

  /** Whether a policy of the organization denies the call, whatever the role allows. For the choice of words only. */
  get isDeniedByOrganization(): boolean {
    return this.isDenied && BY_ORGANIZATION.test(this.message);
  }
}

/** What errors of the SDK and of Node carry. */
interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

function describeAnswer(httpStatus: number | undefined, requestId: string | undefined): string {
  const facts = [
    ...(httpStatus === undefined ? [] : [`HTTP ${httpStatus}`]),
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ];
  return facts.length > 0 ? ` (${facts.join(", ")})` : "";
}

function describeRemedy(code: string, action: string, message: string): string {
  if (DENIED.has(code) && BY_ORGANIZATION.test(message)) {
    return "; the organization denies it, whatever the policy of this role allows: exempt the role in the service control policy";
  }
  if (DENIED.has(code)) return `; allow ${action} for this role (see "Permissions" in the README)`;
  if (UNKNOWN_ISSUER.has(code)) {
    return "; if a proxy signs with a certificate authority of your own, set NODE_EXTRA_CA_CERTS to its PEM file";
  }
  if (code !== KEY_DENIED) return "";
  return "; allow kms:Decrypt for this role, with the KMS key that encrypts the resource";
}

/** Whether a call failed because its resource is gone, by any of the error codes given. */
export function isGone(error: unknown, ...codes: string[]): error is AwsCallError {
  return error instanceof AwsCallError && codes.includes(error.code);
}

/** Whether a call failed because this Region has no such service, as far as the name of its host says. */
export function isServiceMissing(error: unknown): boolean {
  return error instanceof AwsCallError && error.cause instanceof NoSuchHostError;
}

const STOPS = [AwsCallError, OutOfTimeError, OutdatedPlanError];

/**
 * Makes one call. Throws AwsCallError: that of the call for its credentials, if that one failed. What stops a call before it is
 * made passes as it is.
 */
export async function call<Output>(
  action: string,
  resource: string,
  send: () => Promise<Output>,
): Promise<Output> {
  try {
    return await send();
  } catch (cause) {
    if (STOPS.some((kind) => cause instanceof kind)) throw cause;
    throw new AwsCallError(action, resource, cause);
  }
}

/** A part of an answer without which it says nothing. Throws AwsCallError if it is missing: silence is not evidence. */
export function required<Part>(part: Part | undefined, action: string, resource: string): Part {
  if (part !== undefined) return part;
  throw new AwsCallError(action, resource, new Error("the answer lacks what was asked for"));
}

/** A paged call. */
interface PagedCall<Page> {
  readonly action: string;
  readonly resource: string;
  /** One of the SDK's paginators, or `pagesBy`. */
  readonly paginator: AsyncIterable<Page>;
}

/** Yields the pages of a call to the end. Throws AwsCallError, also if a page's token repeats. */
export async function* pages<Page extends object>(request: PagedCall<Page>): AsyncGenerator<Page> {
  const { action, resource, paginator } = request;
  const iterator = paginator[Symbol.asyncIterator]();
  const tokens = new Set<string>();
  for (;;) {
    const next = await call(action, resource, () => iterator.next());
    if (next.done === true) return;
    yield next.value;
    const token = tokenOf(next.value);
    if (token === undefined) continue;
    if (tokens.has(token)) {
      const cause = new Error(`the page token "${token}" repeats, so the list never ends`);
      throw new AwsCallError(action, resource, cause);
    }
    tokens.add(token);
  }
}

/** The pages of a call that the SDK has no paginator for: `send` makes the call with the token of the page, if any. */
export async function* pagesBy<Page extends object>(
  send: (token: string | undefined) => Promise<Page>,
): AsyncGenerator<Page> {
  let token: string | undefined;
  do {
    const page: Page = await send(token);
    yield page;
    token = tokenOf(page);
  } while (token !== undefined);
}

/** The token of the page after this one, by whatever name the service has for it. */
function tokenOf(page: object): string | undefined {
  const named = Object.entries(page).find(([name]) =>
    /^(?:next|pagination)(?:continuation)?(?:token|marker)$/i.test(name),
  );
  return typeof named?.[1] === "string" && named[1] !== "" ? named[1] : undefined;
}

/**
 * Yields what a paged call lists, a list a page. One of the codes given means that the resource is gone, which ends the lists. Throws
 * AwsCallError, also if a page lacks its list.
 */
export async function* lists<Page extends object, Item>(
  request: PagedCall<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
  ...goneCodes: string[]
): AsyncGenerator<readonly Item[]> {
  const { action, resource } = request;
  try {
    for await (const page of pages(request)) yield required(itemsOf(page), action, resource);
  } catch (error) {
    if (!isGone(error, ...goneCodes)) throw error;
  }
}

/** Collects what a paged call lists, as `lists` yields it. Throws AwsCallError. */
export async function collect<Page extends object, Item>(
  ...paged: Parameters<typeof lists<Page, Item>>
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const list of lists(...paged)) {
    for (const item of list) items.push(item);
  }
  return items;
}

/** Cuts a list into runs of at most `size` items. */
export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, run) =>
    items.slice(run * size, (run + 1) * size),
  );
}
