import type { KeepReason } from "../../plan/verdict.ts";
import { REASONS } from "../../report/reasons.ts";
import type { ImageRow, ReportData } from "../report-data.ts";
import { reasonInWords, reasonOf, repositoryOf, stateOf } from "./rows.ts";
import { STATES, type State, dayOf } from "./words.ts";

/** What the table shows: all images, those that nothing keeps (`unused`, deleted or not), or those with one state. */
export type Show = "all" | State;

/** The columns by which the table can be sorted. */
export const SORT_COLUMNS = [
  "repository",
  "tags",
  "outcome",
  "reason",
  "size",
  "pushed",
  "digest",
] as const;
export type SortColumn = (typeof SORT_COLUMNS)[number];

/** Which images the table shows, and in which order. */
export interface Filter {
  readonly show: Show;
  /** The only repository; all if empty. */
  readonly repository: string;
  /** The only reason to be kept; all if empty. */
  readonly reason: KeepReason | "";
  /** Words that all have to occur in an image's text, whatever their case. */
  readonly search: string;
  readonly sort: SortColumn;
  readonly order: "ascending" | "descending";
}

/** Everything, what nothing keeps first, and the largest of that first. */
export const EVERYTHING: Filter = {
  show: "all",
  repository: "",
  reason: "",
  search: "",
  sort: "outcome",
  order: "ascending",
};

/** A filter as the end of a link, without what is as in `EVERYTHING`. */
export function toHash(filter: Filter): string {
  const changed = Object.entries(filter).filter(([name, value]) => {
    const usual: Readonly<Record<string, string>> = { ...EVERYTHING };
    return value !== usual[name];
  });
  return new URLSearchParams(changed).toString();
}

/** The filter of a link. What is missing or not known is as in `EVERYTHING`. */
export function fromHash(hash: string): Filter {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const among = <Value extends string>(name: keyof Filter, known: readonly Value[], usual: Value) =>
    known.find((value) => value === values.get(name)) ?? usual;
  return {
    show: among("show", SHOWS, EVERYTHING.show),
    repository: values.get("repository") ?? "",
    reason: among<Filter["reason"]>("reason", REASON_NAMES, ""),
    search: values.get("search") ?? "",
    sort: among("sort", SORT_COLUMNS, EVERYTHING.sort),
    order: among("order", ["ascending", "descending"], EVERYTHING.order),
  };
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a literal
const SHOWS = ["all", ...Object.keys(STATES)] as readonly Show[];
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a literal
const REASON_NAMES = Object.keys(REASONS) as readonly KeepReason[];

/** The places of the rows that a filter shows, in its order. Numbers alone: the rows exist only once. */
export function select(data: ReportData, filter: Filter): Uint32Array {
  const { images } = data;
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  const places = new Uint32Array(images.length);
  let found = 0;
  for (const [place, row] of images.entries()) {
    if (!isWanted(data, row, filter)) continue;
    if (words.length > 0 && !hasAll(data, row, words)) continue;
    places[found] = place;
    found += 1;
  }
  const direction = filter.order === "ascending" ? 1 : -1;
  const compare = COMPARISONS[filter.sort];
  return places.subarray(0, found).toSorted((one, other) => {
    const [a, b] = [images[one], images[other]];
    if (a === undefined || b === undefined) return 0;
    return direction * compare(a, b) || b[4] - a[4] || one - other;
  });
}

function isWanted(data: ReportData, row: ImageRow, { show, repository, reason }: Filter): boolean {
  if (show === "unused" ? row[5] !== "delete" : show !== "all" && stateOf(row) !== show) {
    return false;
  }
  if (reason !== "" && row[5] !== reason) return false;
  return repository === "" || repositoryOf(data, row) === repository;
}

function hasAll(data: ReportData, row: ImageRow, words: readonly string[]): boolean {
  const [, tags, digest, pushedAt, , verdict, because] = row;
  const state = stateOf(row);
  const reason = reasonInWords({ state, reason: reasonOf(row) });
  const parts = [repositoryOf(data, row), tags, digest, dayOf(pushedAt), STATES[state]];
  const text = [...parts, verdict, reason, because].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}

const RANKS = new Map(Object.keys(STATES).map((state, rank) => [state, rank]));
const rankOf = (row: ImageRow) => RANKS.get(stateOf(row)) ?? 0;
const reasonTextOf = (row: ImageRow) => {
  const reason = reasonInWords({ state: stateOf(row), reason: reasonOf(row) });
  return `${reason}\n${row[6]}`;
};

const COMPARISONS: Readonly<Record<SortColumn, (a: ImageRow, b: ImageRow) => number>> = {
  // The list of repositories is in the order of the alphabet.
  repository: (a, b) => a[0] - b[0] || compareTexts(a[1], b[1]),
  tags: (a, b) => compareTexts(a[1], b[1]),
  outcome: (a, b) => rankOf(a) - rankOf(b),
  reason: (a, b) => compareTexts(reasonTextOf(a), reasonTextOf(b)),
  size: (a, b) => a[4] - b[4],
  pushed: (a, b) => (a[3] ?? 0) - (b[3] ?? 0),
  digest: (a, b) => compareTexts(a[2], b[2]),
};

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
