import type { ReportData } from "../report-data.ts";
import { imageOf } from "./rows.ts";

/** How many rows become one part of a file. */
const ROWS_AT_ONCE = 1000;

/** Some images as comma-separated values, in parts: `places` says which rows, and in which order. */
export function* toCsv(data: ReportData, places: Iterable<number>): Generator<string, void> {
  // By the mark before it, spreadsheets know that it is UTF-8.
  yield `\uFEFF${lineOf(FIELDS)}`;
  yield* inParts(data, places, (record) =>
    lineOf(
      FIELDS.map((field) => {
        const value = record[field];
        if (typeof value !== "object" || value === null) return value;
        return value.join(field === "because" ? "; " : " ");
      }),
    ),
  );
}

/** Some images as a JSON list, in parts: `places` says which rows, and in which order. */
export function* toJson(data: ReportData, places: Iterable<number>): Generator<string, void> {
  let separator = "[\n";
  yield* inParts(data, places, (record) => {
    const text = separator + JSON.stringify(record);
    separator = ",\n";
    return text;
  });
  yield separator === "[\n" ? "[]\n" : "\n]\n";
}

type ImageRecord = ReturnType<typeof recordAt>;

const FIELDS = [
  "repository",
  "tags",
  "digest",
  "reference",
  "pushedAt",
  "bytes",
  "outcome",
  "reason",
  "because",
] as const satisfies readonly (keyof ImageRecord)[];

function recordAt(data: ReportData, place: number) {
  const row = data.images[place];
  if (row === undefined) throw new Error(`The report has no row ${place}`);
  const { repository, tags, digest, reference, pushedAt, bytes, ...rest } = imageOf(data, row);
  const { state, reason, facts } = rest;
  return {
    repository,
    tags,
    digest,
    reference,
    pushedAt: pushedAt === null ? null : new Date(pushedAt).toISOString(),
    bytes,
    outcome: state,
    reason: reason ?? null,
    because: facts,
  };
}

function* inParts(
  data: ReportData,
  places: Iterable<number>,
  textOf: (record: ImageRecord) => string,
): Generator<string, void> {
  let texts: string[] = [];
  for (const place of places) {
    texts.push(textOf(recordAt(data, place)));
    if (texts.length < ROWS_AT_ONCE) continue;
    yield texts.join("");
    texts = [];
  }
  yield texts.join("");
}

function lineOf(values: readonly (string | number | null)[]): string {
  return `${values.map(cellOf).join(",")}\r\n`;
}

/** A spreadsheet runs what begins like this as a formula, and strangers can have written names and messages. */
const FORMULA = /^[\t\r\n]|^\s*[=+\-@＝＋－＠]/;

function cellOf(value: string | number | null): string {
  const text = String(value ?? "");
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
