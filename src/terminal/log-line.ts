import type { Colors } from "picocolors/types.ts";

import { printable } from "./printable.ts";

/** What a log entry has for machines alone. */
const FOR_MACHINES = new Set([
  "level",
  "message",
  "timestamp",
  "service",
  "version",
  "account",
  "sampling_rate",
  "error",
  "requestId",
]);

/** A log entry as one line for people: its level, its message, and its fields. */
export function formatLogLine(entry: Readonly<Record<string, unknown>>, colors: Colors): string {
  const level = String(entry["level"]);
  const color = { WARN: colors.yellow, ERROR: colors.red }[level] ?? colors.dim;
  const fields = Object.entries(entry)
    .filter(([name]) => !FOR_MACHINES.has(name))
    .map(
      ([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
  return [
    color(level.toLowerCase().padEnd(5)),
    printable(String(entry["message"])),
    colors.dim(printable(fields.join(", "))),
  ]
    .join(" ")
    .trimEnd();
}
