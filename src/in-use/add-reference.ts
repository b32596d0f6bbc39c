import type { Log } from "../log.ts";
import type { References } from "./evidence.ts";

/** Adds a reference to those in use. The log says if its whole repository counts as in use, because it cannot be read. */
export function addReference(
  references: References,
  log: Log,
  used: { readonly reference: string; readonly place: string },
): void {
  if (references.add(used.reference, used.place)) return;
  log.warn("Cannot read an image reference, keeping its whole repository", used);
}
