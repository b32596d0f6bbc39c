import type { AccountParts } from "../simulator/account.ts";
import { FIXTURES } from "./fixtures.ts";

/** Every tag of the repository `app` that a source of evidence must report. */
export const HELD: readonly string[] = Object.values(FIXTURES).flatMap(({ used }) => used);

/** An account with everything that can use an image. */
export function everyHolder(): AccountParts {
  const parts = Object.values(FIXTURES).map((fixture) => fixture.parts());
  return parts.reduce(mergeParts, { taskDefinitions: manyRevisions() });
}

/** Many revisions of one family: asking each family is then cheaper than listing all revisions. */
function manyRevisions(): Record<string, string[]> {
  return Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`nightly:${i + 1}`, []]));
}

/** Merges two accounts. */
export function mergeParts(one: AccountParts, other: AccountParts): AccountParts {
  return mergeMembers(one, other);
}

/** Merges plain objects member by member. For everything else, the second value counts. */
function mergeMembers(one: unknown, other: unknown): any {
  if (!isPlain(one) || !isPlain(other)) return other ?? one;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, mergeMembers(one[name], other[name])]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
