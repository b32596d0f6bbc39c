import { type FileHandle, open, readFile } from "node:fs/promises";

import { ConfigError, asError } from "../errors.ts";
import type { ImageRow, Report } from "./report-data.ts";

/** The place of the page's data in its template. */
const PLACEHOLDER = "__REPORT_DATA__";

/** How many rows are put into text together. */
const ROWS_AT_ONCE = 1000;

/** The file of a report, opened before the run starts: afterwards the result could be lost. */
export interface ReportFile {
  /**
   * Writes the report as one HTML file that needs nothing else.
   *
   * @throws ConfigError if the template, which `npm run build` makes, cannot be read or the file cannot be written
   */
  readonly write: (template: URL, report: Report) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens the file, and keeps its content until the report is written. Throws ConfigError if it cannot be written. */
export async function openReport(path: string): Promise<ReportFile> {
  const file = await orConfigError(async () => open(path, "a"));
  return {
    write: async (template, report) =>
      orConfigError(async () => writeReport(file, template, report)),
    close: async () => file.close(),
  };
}

async function writeReport(file: FileHandle, template: URL, report: Report): Promise<void> {
  const page = await readFile(template, "utf8");
  const [before = "", after = ""] = page.split(PLACEHOLDER);
  await file.truncate();
  await file.writeFile(before);
  for (const part of toJson(report)) await file.writeFile(part);
  await file.writeFile(after);
}

/** The data in parts, so that the text of all rows is never in memory at the same time. */
function* toJson({ head, images }: Report): Generator<string, void> {
  yield `${escape(head).slice(0, -1)},"images":[`;
  let rows: ImageRow[] = [];
  let separator = "";
  const part = () => `${separator}${escape(rows).slice(1, -1)}`;
  for (const row of images) {
    rows.push(row);
    if (rows.length < ROWS_AT_ONCE) continue;
    yield part();
    separator = ",";
    rows = [];
  }
  yield rows.length > 0 ? `${part()}]}` : "]}";
}

/** JSON in which nothing, such as a tag, ends the script element around it. */
function escape(data: unknown): string {
  return JSON.stringify(data).replaceAll("<", String.raw`\u003c`);
}

async function orConfigError<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new ConfigError(`Cannot write the report: ${asError(cause).message}`, { cause });
  }
}
