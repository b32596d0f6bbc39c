import type { Colors } from "picocolors/types.ts";

import type { LogFields } from "../log.ts";
import { ORIGINAL_EVIDENCE } from "../run/original-evidence.ts";
import { printable } from "./printable.ts";

/** What a log entry has for machines alone. */
const FOR_MACHINES = new Set([
  "level",
  "message",
  "reason",
  "timestamp",
  "service",
  "version",
  "account",
  "sampling_rate",
  "error",
  "requestId",
]);

/** Entries about what went wrong, which every output ends with. */
const FAILURES = new Set([
  "Skipping a repository",
  "Could not clean a repository",
  "Could not delete an image",
  "Could not write the report",
  "The run ended early",
  "The run ended early, the next run continues",
  "No such repository is enabled for cleaning",
]);

/** Entries about evidence, which the report names. */
const REMARKS = new Set([
  "Cannot know which images this uses",
  "Passing over inactive accounts",
  ORIGINAL_EVIDENCE,
]);

/** Whether the report says the same as a log entry. */
export function isShownByReport(entry: LogFields): boolean {
  return isShownByExplanation(entry) || REMARKS.has(String(entry["message"]));
}

/** Whether an explanation says the same as a log entry. */
export function isShownByExplanation(entry: LogFields): boolean {
  return FAILURES.has(String(entry["message"]));
}

/** A log entry as one line for people: its level, its message, its fields and its reason. */
export function formatLogLine(entry: LogFields, colors: Colors): string {
  const level = String(entry["level"]);
  const color = { WARN: colors.yellow, ERROR: colors.red }[level] ?? colors.dim;
  const word = level === "WARN" ? "Warning" : `${level.slice(0, 1)}${level.slice(1).toLowerCase()}`;
  const fields = Object.entries(entry)
    .filter(([name]) => !FOR_MACHINES.has(name))
    .map(([name, value]) => `${name}: ${textOf(value)}`);
  const details = fields.length > 0 ? ` ${colors.dim(printable(`(${fields.join(", ")})`))}` : "";
  const reason = "reason" in entry ? `: ${printable(textOf(entry["reason"]))}` : "";
  return `${color(word)}: ${printable(String(entry["message"]))}${details}${reason}`;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}
