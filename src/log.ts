import { type LogItem, Logger } from "@aws-lambda-powertools/logger";
import type { ConstructorOptions } from "@aws-lambda-powertools/logger/types";

import { asError } from "./errors.ts";
import type { LogLevel } from "./settings/log-levels.ts";
import { VERSION } from "./version.ts";

/** Fields of an entry, by name. */
export type LogFields = Readonly<Record<string, unknown>>;

type Entry = (message: string, fields: LogFields) => void;

/** Writes structured entries: a fixed message, and fields that carry whatever varies. */
export interface Log {
  readonly info: Entry;
  readonly warn: Entry;
  readonly error: Entry;
  /** Adds fields to every later entry. */
  readonly append: (fields: LogFields) => void;
}

/** The fields that describe an error: its message, AWS's request id, and the error with its stack and cause. */
export function errorFields(thrown: unknown): LogFields {
  const error = asError(thrown);
  const failed = error.cause instanceof Error ? error.cause : error;
  const requestId = [error, failed].flatMap((each) =>
    "requestId" in each ? [each.requestId] : [],
  )[0];
  return { reason: error.message, ...(requestId !== undefined && { requestId }), error };
}

/** Takes an entry as an object, in place of Lambda's log. */
export type WriteEntry = (entry: LogFields) => void;

/**
 * Writes one JSON entry a line to where Lambda reads them, or hands each entry to `write`. Every entry has the version of
 * this program.
 */
export function createLog(logLevel: LogLevel, write?: WriteEntry): Log {
  const options = { serviceName: "aws-ecr-cleaner", logLevel };
  const logger = write === undefined ? new Logger(options) : new EntryLogger(options, write);
  logger.appendPersistentKeys({ version: VERSION });
  return {
    info: (message, fields) => logger.info(message, fields),
    warn: (message, fields) => logger.warn(message, fields),
    error: (message, fields) => logger.error(message, fields),
    append: (fields) => logger.appendPersistentKeys(fields),
  };
}

/** Powertools decides what an entry contains. This only writes it to another place than Lambda's log. */
class EntryLogger extends Logger {
  readonly #write: WriteEntry;

  constructor(options: ConstructorOptions, write: WriteEntry) {
    super(options);
    this.#write = write;
  }

  protected override printLog(_level: number, item: LogItem): void {
    item.prepareForPrint();
    // Errors become plain objects, with stack and cause.
    this.#write(JSON.parse(JSON.stringify(item.getAttributes(), this.getJsonReplacer())));
  }
}
