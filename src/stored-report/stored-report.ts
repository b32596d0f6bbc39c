import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { basename } from "node:path";

import { StoreError, asError, codeOf } from "../errors.ts";
import { writePage } from "../html-report/html-report.ts";
import { type ReportedRun, createReport } from "../html-report/report-data.ts";
import { type Log, errorFields } from "../log.ts";
import type { Recorder } from "../records/recorder.ts";
import type { Failure } from "../report/outcome.ts";
import { type Summary, withFailures } from "../report/summary.ts";
import { toFailure } from "../report/tally.ts";
import type { Content, Store } from "../store/store.ts";

/** What a report in the store is made of. */
export interface ReportRequest {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly run: ReportedRun;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
}

const HTML = "text/html; charset=utf-8";

/**
 * Writes the report of a run into the store: its page, also as that of the latest run, its plan and its summary. Never throws: what
 * cannot be written becomes a failure in the summary that is returned.
 */
export async function storeReport(request: ReportRequest): Promise<Summary> {
  const report = new StoredReport(request);
  await report.write();
  return report.summary;
}

class StoredReport {
  readonly #request: ReportRequest;
  readonly #names: Readonly<Record<"page" | "latest" | "plan" | "summary", string>>;
  /** What kept a file from being written, by its name. */
  readonly #errors = new Map<string, Error>();

  constructor(request: ReportRequest) {
    const { recorder, run, madeAt } = request;
    const folder = `reports/${recorder.account ?? "unknown"}/${run.region}`;
    const own = `${folder}/${nameAt(madeAt)}`;
    this.#request = request;
    this.#names = {
      page: `${own}/report.html`,
      latest: `${folder}/latest.html`,
      plan: `${own}/plan.jsonl.gz`,
      summary: `${own}/summary.json`,
    };
  }

  /** The summary of the run, with the places of what is written, and with what could not be. */
  get summary(): Summary {
    const { page, plan, summary } = this.#names;
    const places = {
      page: this.#placeOf(page),
      plan: this.#placeOf(plan),
      summary: this.#placeOf(summary),
    };
    return { ...withFailures(this.#request.run.summary, this.#failures), report: places };
  }

  async write(): Promise<void> {
    const { page, latest, plan, summary } = this.#names;
    const planPath = await this.#make([plan], async () => this.#request.recorder.finish());
    const pagePath = await this.#make([page, latest], async () => this.#makePage());
    await Promise.all([
      this.#putFile(page, pagePath, HTML),
      this.#putFile(latest, pagePath, HTML),
      this.#putFile(plan, planPath, "application/gzip"),
    ]);
    // At the end, so that it says which of the other files are missing.
    const bytes = Buffer.from(`${JSON.stringify(this.summary)}\n`);
    await this.#put(summary, { bytes, type: "application/json" });
  }

  async #makePage(): Promise<string> {
    const { store, recorder, run, madeAt } = this.#request;
    const path = await recorder.beside("report.html");
    const file = await open(path, "wx");
    try {
      const reported = { ...run, summary: this.summary };
      const planPlace = store.describe(this.#names.plan);
      await writePage(file, createReport(madeAt, reported, recorder, planPlace));
    } finally {
      await file.close();
    }
    return path;
  }

  async #putFile(name: string, path: string | undefined, type: string): Promise<void> {
    if (path !== undefined) await this.#put(name, { bytes: { path }, type });
  }

  async #put(name: string, content: Content): Promise<void> {
    await this.#make([name], async () => this.#request.store.put(name, content));
  }

  /** Does what some files need. If it fails, they are not written. */
  async #make<Result>(
    names: readonly string[],
    work: () => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await work();
    } catch (thrown) {
      const error = asError(thrown);
      this.#request.log.error("Could not write the report", {
        files: names,
        ...errorFields(error),
      });
      for (const name of names) this.#errors.set(name, error);
      return undefined;
    }
  }

  /** One for each error code: of the files with that code, the first one tells why. */
  get #failures(): Failure[] {
    const entries = Object.values(this.#names).flatMap((name) => {
      const error = this.#errors.get(name);
      return error === undefined ? [] : [{ file: basename(name), error, code: codeOf(error) }];
    });
    return entries.flatMap(({ error, code }, place) => {
      if (entries.findIndex((each) => each.code === code) < place) return [];
      const files = entries.filter((each) => each.code === code).map(({ file }) => file);
      const effect = `The report could not be written (${files.join(", ")})`;
      return [toFailure(new StoreError(effect, error), null)];
    });
  }

  #placeOf(name: string): string | null {
    return this.#errors.has(name) ? null : this.#request.store.describe(name);
  }
}

/** Names sort by time, and two runs that end in the same second have different ones: `2026-11-25T030000Z-1f6a0c52`. */
function nameAt(time: number): string {
  const second = new Date(time).toISOString().slice(0, 19).replaceAll(":", "");
  return `${second}Z-${randomUUID().slice(0, 8)}`;
}
