import { readFile, writeFile } from "node:fs/promises";

import { ConfigError, asError } from "../errors.ts";
import type { ReportData } from "./report-data.ts";

/** Where the page's data goes in its template. */
const PLACEHOLDER = "__REPORT_DATA__";

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
