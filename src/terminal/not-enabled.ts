import { printable } from "./printable.ts";

/** Names repositories that are not enabled. */
export function areNotEnabled(repositories: readonly string[]): string {
  const names = repositories.map(printable).join(", ");
  return `${names} ${repositories.length === 1 ? "is" : "are"} not enabled`;
}
