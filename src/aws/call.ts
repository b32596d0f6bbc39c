import { OutOfTimeError, asError } from "../errors.ts";

const DENIED = new Set(["AccessDeniedException", "AccessDenied", "UnauthorizedOperation"]);

/** A call to AWS that failed for good: names the call, the resource and, when denied, the missing permission. */
export class AwsCallError extends Error {
  /** The service's error code, such as `AccessDeniedException`. */
  readonly code: string;

  /**
   * @param action the call as IAM spells it, `service:Operation`: also the permission that it needs
   * @param resource what it was about, readable in a sentence
   * @param cause the SDK's error
   */
  constructor(action: string, resource: string, cause: unknown) {
    // What the SDK throws carries the service's error code as its name.
    const { name: code, message } = asError(cause);
    const remedy = DENIED.has(code)
      ? `; allow ${action} for this role (see "Permissions" in the README)`
      : "";
    const detail = code === "Error" ? message : `${code}: ${message}`;
    super(`${action} failed for ${resource}: ${detail}${remedy}`, { cause });
    this.name = "AwsCallError";
    this.code = code;
  }
}

/** Whether a call failed because its resource is gone, by any of the error codes given. */
export function isGone(error: unknown, ...codes: string[]): boolean {
  return error instanceof AwsCallError && codes.includes(error.code);
}

/** Makes one call; throws AwsCallError, or OutOfTimeError as it is. */
export async function call<Output>(
  action: string,
  resource: string,
  send: () => Promise<Output>,
): Promise<Output> {
  try {
    return await send();
  } catch (cause) {
    if (cause instanceof OutOfTimeError) throw cause;
    throw new AwsCallError(action, resource, cause);
  }
}

/**
 * The part of an answer without which it says nothing; throws AwsCallError if it is missing, since silence about
 * something in use must not make it look unused.
 */
export function required<Part>(part: Part | undefined, action: string, resource: string): Part {
  if (part !== undefined) return part;
  throw new AwsCallError(action, resource, new Error("the answer lacks what was asked for"));
}

/** Yields the pages of one of the SDK's paginators to the end; throws AwsCallError. */
export async function* pages<Page>(
  action: string,
  resource: string,
  paginator: AsyncIterable<Page>,
): AsyncGenerator<Page> {
  const iterator = paginator[Symbol.asyncIterator]();
  for (;;) {
    const next = await call(action, resource, () => iterator.next());
    if (next.done === true) return;
    yield next.value;
  }
}

/** Collects what a paged call lists; one of the codes given means that the resource is gone, which ends the list. */
export async function collect<Page, Item>(
  source: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
  ...goneCodes: string[]
): Promise<Item[]> {
  const items: Item[] = [];
  try {
    for await (const page of source) items.push(...(itemsOf(page) ?? []));
  } catch (error) {
    if (isGone(error, ...goneCodes)) return items;
    throw error;
  }
  return items;
}

/** Cuts a list into runs of at most `size` items. */
export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, run) =>
    items.slice(run * size, (run + 1) * size),
  );
}
