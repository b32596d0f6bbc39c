import type { ListResult } from "../in-use/evidence.ts";
import { count } from "./count.ts";

/** What the lists leave out, a sentence for each: such a list names only what some sources show. */
export function sayListsInPart(lists: readonly ListResult[]): string[] {
  return lists.flatMap(({ name, sources }) =>
    sources === undefined ? [] : [`List ${name} has only these sources: ${sources.join(", ")}`],
  );
}

/** What the makers of lists found and cannot know the images of. */
export function blindSpotsOf(lists: readonly ListResult[]): string[] {
  return lists.flatMap(({ name, blindSpots = [] }) =>
    blindSpots.map((blindSpot) => `list ${name}: ${blindSpot}`),
  );
}

/** What a list has, such as "12 references of 222222222222/eu-west-1, made 2026-01-31T08:00:00.000Z". */
export function sayWhatWasListed({
  account,
  region,
  time,
  references,
  sources,
}: ListResult): string {
  const place = account === null ? "" : ` of ${account}/${region}`;
  const only = sources === undefined ? "" : `, from only these sources: ${sources.join(", ")}`;
  return `${count(references, "reference", "references")}${place}, made ${time}${only}`;
}
