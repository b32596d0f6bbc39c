import { type FileHandle, open, readFile } from "node:fs/promises";

import { ConfigError, asError } from "../errors.ts";
import type { ReportData } from "./report-data.ts";

/** The place of the page's data in its template. */
const PLACEHOLDER = "__REPORT_DATA__";

/** The file of a report, opened before the run starts: afterwards the result could be lost. */
export interface ReportFile {
  /**
   * Writes the report as one HTML file that needs nothing else.
   *
   * @throws ConfigError if the template, which `npm run build` makes, cannot be read or the file cannot be written
   */
  readonly write: (template: URL, data: ReportData) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens the file, and keeps its content until the report is written. Throws ConfigError if it cannot be written. */
export async function openReport(path: string): Promise<ReportFile> {
  const file = await orConfigError(async () => open(path, "a"));
  return {
    write: async (template, data) => orConfigError(async () => writeReport(file, template, data)),
    close: async () => file.close(),
  };
}

async function writeReport(file: FileHandle, template: URL, data: ReportData): Promise<void> {
  const page = await readFile(template, "utf8");
  const [before = "", after = ""] = page.split(PLACEHOLDER);
  // Nothing in the data, such as a tag, may end the script element around it.
  const json = JSON.stringify(data).replaceAll("<", String.raw`\u003c`);
  await file.truncate();
  for (const part of [before, json, after]) await file.writeFile(part);
}

async function orConfigError<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new ConfigError(`Cannot write the report: ${asError(cause).message}`, { cause });
  }
}
