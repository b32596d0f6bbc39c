import { access, constants, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import { ConfigError, asError } from "../errors.ts";
import type { ReportData } from "./report-data.ts";

/** Where the page's data goes in its template. */
const PLACEHOLDER = "__REPORT_DATA__";

/** Finds out before a run, whose result would be lost, whether a report can be written; throws ConfigError if not. */
export async function requireWritable(file: string): Promise<void> {
  try {
    await access(dirname(resolve(file)), constants.W_OK);
  } catch (cause) {
    throw new ConfigError(`Cannot write the report: ${asError(cause).message}`, { cause });
  }
}

/**
 * Writes a report as one HTML file that needs nothing else.
 *
 * @throws ConfigError if the template, which `npm run build` makes, cannot be read or the file cannot be written
 */
export async function writeHtmlReport(
  file: string,
  template: URL,
  data: ReportData,
): Promise<void> {
  try {
    const page = await readFile(template, "utf8");
    const [before = "", after = ""] = page.split(PLACEHOLDER);
    // Nothing in the data, such as a tag, may end the script element that it stands in.
    const json = JSON.stringify(data).replaceAll("<", String.raw`\u003c`);
    await writeFile(file, [before, json, after]);
  } catch (cause) {
    throw new ConfigError(`Cannot write the report: ${asError(cause).message}`, { cause });
  }
}
