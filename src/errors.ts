/** The run could not start: a setting, the event, the Region or the credentials are wrong; says all of it at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** The in-use evidence could not be read to its end, so nothing was deleted; the causes are in `errors`. */
export class ScanError extends AggregateError {
  override readonly name = "ScanError";

  constructor(causes: readonly Error[]) {
    super(
      causes,
      `The scan for images in use failed, so nothing is deleted: ${causes.map((cause) => cause.message).join("; ")}`,
    );
  }
}

/** A run that ended with failures: everything else in it was handled, and a repeat is safe. */
export class RunFailedError extends Error {
  override readonly name = "RunFailedError";

  constructor(messages: readonly string[]) {
    const more = messages.length > 1 ? ` (and ${messages.length - 1} more in the log)` : "";
    super(`${messages[0]}${more}`);
  }
}

/** There is no time for another call; what has been done until then stands, and the next run goes on. */
export class OutOfTimeError extends Error {
  override readonly name = "OutOfTimeError";

  constructor() {
    super("The time limit is near, no further call is made");
  }
}

/** The run has deleted as many images as it may. */
export class DeletionLimitError extends Error {
  override readonly name = "DeletionLimitError";

  constructor() {
    super("As many images as MAX_DELETIONS allows are deleted, no further one is");
  }
}

/** A guard rail keeps a repository from being cleaned. */
export class GuardRailError extends Error {
  override readonly name = "GuardRailError";
}

/** An unknown thrown value as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
