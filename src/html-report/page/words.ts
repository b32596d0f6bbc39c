import type { Outcome } from "../../records/image-record.ts";

/** What becomes of an image: the outcome of a real run, and in a dry run `unused` for what it would delete. */
export type State = Outcome | "unused" | "kept";

/** What nothing keeps. */
export const NO_REASON = "old, and nothing keeps it";

/** What becomes of an image, in the words that people read, in the order in which the table shows them. */
export const STATES: Readonly<Record<State, string>> = {
  failed: "failed",
  refused: "refused",
  "not-deleted": "not deleted",
  unused: "unused",
  deleted: "deleted",
  kept: "kept",
};

/** A fact with the names of its ARNs instead of them: `service/production/api`. */
export function shorten(fact: string): string {
  return fact.replaceAll(/arn:[^:\s]*:(?:[^:\s]*:){3}(?<name>[^\s,;"']+)/g, "$<name>");
}

/** A day as `2026-11-25`, in UTC; empty if it is not known. */
export function dayOf(time: number | null): string {
  return time === null ? "" : new Date(time).toISOString().slice(0, 10);
}

/** The first letter in upper case. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
