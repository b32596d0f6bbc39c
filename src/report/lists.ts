import type { ListResult } from "../in-use/evidence.ts";
import { count } from "./count.ts";

/** What a list has, such as "12 references of 222222222222/eu-west-1, made 2026-01-31T08:00:00.000Z". */
export function sayWhatWasListed({ account, region, time, references }: ListResult): string {
  const place = account === null ? "" : ` of ${account}/${region}`;
  return `${count(references, "reference", "references")}${place}, made ${time}`;
}
