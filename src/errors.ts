/** The run could not start: a setting, the event, the Region or the credentials are wrong. Lists every problem. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly #problems: readonly string[];

  constructor(problems: string | readonly string[], options?: ErrorOptions) {
    const list = typeof problems === "string" ? [problems] : problems;
    super(list.join("; "), options);
    this.#problems = list;
  }

  /** One sentence for each thing that is wrong. */
  get problems(): readonly string[] {
    return this.#problems;
  }
}

/** Sources of evidence could not be read. The message says how to do without them. */
export class SourceError extends Error {
  override readonly name = "SourceError";

  /** @param causes one for each source; the error's code is that of the first */
  constructor(message: string, causes: readonly Error[]) {
    super(message, { cause: causes[0] });
  }
}

/** A list in IN_USE_LISTS is no evidence of use. The message names it, quotes what is wrong, and says what to do. */
export class ListError extends Error {
  override readonly name = "ListError";

  /** @param problem what is wrong and what to do, as a sentence without its end */
  constructor(list: string, problem: string, options: { readonly cause: Error }) {
    super(`The list ${list} cannot be used: ${problem}`, options);
  }
}

/** Something could not be read from the store or written to it. The run goes on, and keeps what the store may have kept. */
export class StoreError extends Error {
  override readonly name = "StoreError";

  /** @param effect what that means for the run, as a sentence without its end */
  constructor(effect: string, cause: Error) {
    super(`${effect}: ${cause.message}`, { cause });
  }
}

/** The in-use evidence is not complete, so nothing (more) is deleted. The causes are in `errors`. */
export class ScanError extends AggregateError {
  override readonly name = "ScanError";

  constructor(causes: readonly Error[]) {
    super(
      causes,
      `The scan for images in use failed, so nothing is deleted: ${causes.map((cause) => cause.message).join("; ")}`,
    );
  }
}

/** A run that ended with failures. Everything else in it was handled, and a repeat is safe. */
export class RunFailedError extends Error {
  override readonly name = "RunFailedError";

  constructor(messages: readonly string[]) {
    const more = messages.length > 1 ? ` (and ${messages.length - 1} more in the log)` : "";
    super(`${messages[0]}${more}`);
  }
}

/** There is no time for another call. What is done is done, and the next run continues. */
export class OutOfTimeError extends Error {
  override readonly name = "OutOfTimeError";

  constructor(message = "The time limit is near, so no further call is made") {
    super(message);
  }
}

/** The evidence or the listing behind a plan is out of date. The rest is listed and planned again. */
export class OutdatedPlanError extends Error {
  override readonly name = "OutdatedPlanError";

  constructor() {
    super("The plan is out of date, so nothing more is deleted by it");
  }
}

/** The run has deleted as many images as MAX_DELETIONS allows. */
export class DeletionLimitError extends Error {
  override readonly name = "DeletionLimitError";

  constructor() {
    super("MAX_DELETIONS is reached, so no further image is deleted");
  }
}

/** A guard rail keeps a repository from being cleaned. */
export class GuardRailError extends Error {
  override readonly name = "GuardRailError";
}

/** The error code of a failed call, or else the name of the error. */
export function codeOf(error: Error): string {
  const isWrapped = [SourceError, ListError, StoreError].some((kind) => error instanceof kind);
  if (isWrapped && error.cause instanceof Error) return codeOf(error.cause);
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

/** Whether Node threw an error with a code, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** An unknown thrown value as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
