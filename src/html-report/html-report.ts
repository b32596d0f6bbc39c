import { type FileHandle, open } from "node:fs/promises";

import { ConfigError, asError } from "../errors.ts";
import { Recorder } from "../records/recorder.ts";
import { type ImageRow, type Report, type ReportedRun, createReport } from "./report-data.ts";
import { readTemplate } from "./template.ts";

/** The place of the page's data in its template. */
const PLACEHOLDER = "__REPORT_DATA__";

/** How many rows are put into text together. */
const ROWS_AT_ONCE = 1000;

/** The file that a person asked for, opened before the run starts: afterwards the result could be lost. */
export class ReportFile {
  readonly #file: FileHandle;
  #recorder = new Recorder();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Prepares for a run; it takes the place of the one before. */
  async newRecorder(): Promise<Recorder> {
    await this.#recorder.remove();
    this.#recorder = new Recorder();
    return this.#recorder;
  }

  /** Writes the report of the run that was recorded, with every image. Throws ConfigError if it cannot be written. */
  async write(run: ReportedRun): Promise<void> {
    const report = createReport(Date.now(), run, this.#recorder);
    await orConfigError(async () => writePage(this.#file, report));
  }

  async close(): Promise<void> {
    await this.#file.close();
    await this.#recorder.remove();
  }
}

/** Opens the file, and keeps its content until the report is written. Throws ConfigError if it cannot be written. */
export async function openReport(path: string): Promise<ReportFile> {
  return new ReportFile(await orConfigError(async () => open(path, "a")));
}

/** Writes a report as one HTML file that needs nothing else, in place of what is there. */
export async function writePage(file: FileHandle, { head, images }: Report): Promise<void> {
  const [before = "", after = ""] = (await readTemplate()).split(PLACEHOLDER);
  await file.truncate();
  await file.writeFile(before);
  for await (const part of toJson(head, images)) await file.writeFile(part);
  await file.writeFile(after);
}

/** The data in parts, so that the text of all rows is never in memory at the same time. */
async function* toJson(
  head: Report["head"],
  images: AsyncIterable<ImageRow>,
): AsyncGenerator<string, void> {
  yield `${escape(head).slice(0, -1)},"images":[`;
  let rows: ImageRow[] = [];
  let separator = "";
  const part = () => `${separator}${escape(rows).slice(1, -1)}`;
  for await (const row of images) {
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
