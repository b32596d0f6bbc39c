import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

import pLimit from "p-limit";

import type { ImageRecord } from "./image-record.ts";

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** How many records are compressed together. */
const RECORDS_AT_ONCE = 1000;

/** The place of some records of one repository in the file. */
interface Part {
  readonly start: number;
  readonly length: number;
}

interface Opened {
  readonly folder: string;
  readonly path: string;
  readonly file: FileHandle;
}

/**
 * Records in a compressed file of JSON lines, in a private folder for temporary files. Its parts are gzip files of their own, which
 * together are one: so the records of one repository can be read back.
 */
export class RecordFile {
  /** By repository. */
  readonly #parts = new Map<string, Part[]>();
  readonly #writing = pLimit(1);
  #opened: Promise<Opened> | undefined;
  #size = 0;

  /** Adds records of one repository. Several repositories can be added to at the same time. */
  async append(repository: string, records: Iterable<ImageRecord>): Promise<void> {
    let lines: string[] = [];
    for (const record of records) {
      lines.push(`${JSON.stringify(record)}\n`);
      if (lines.length < RECORDS_AT_ONCE) continue;
      await this.#write(repository, lines);
      lines = [];
    }
    if (lines.length > 0) await this.#write(repository, lines);
  }

  /** Reads the records of one repository back. */
  async *read(repository: string): AsyncGenerator<ImageRecord, void> {
    for (const { start, length } of this.#parts.get(repository) ?? []) {
      const { file } = await this.#open();
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, start);
      const lines = (await decompress(buffer)).toString("utf8").trimEnd().split("\n");
      for (const line of lines) yield JSON.parse(line);
    }
  }

  /** The path of the whole file. It can be read until `remove`. */
  async finish(): Promise<string> {
    // A file without any part is no gzip file.
    if (this.#size === 0) await this.#write("", []);
    return (await this.#open()).path;
  }

  /** The path of another file in the same folder, which `remove` removes too. */
  async beside(name: string): Promise<string> {
    return join((await this.#open()).folder, name);
  }

  /** Removes the folder. */
  async remove(): Promise<void> {
    // What kept it from being made was thrown before.
    const opened = await this.#opened?.catch(() => undefined);
    if (opened === undefined) return;
    await opened.file.close();
    await rm(opened.folder, { recursive: true, force: true });
  }

  async #write(repository: string, lines: readonly string[]): Promise<void> {
    const bytes = await compress(lines.join(""));
    await this.#writing(async () => {
      const { file } = await this.#open();
      await file.writeFile(bytes);
      const parts = this.#parts.get(repository) ?? [];
      parts.push({ start: this.#size, length: bytes.length });
      this.#parts.set(repository, parts);
      this.#size += bytes.length;
    });
  }

  async #open(): Promise<Opened> {
    this.#opened ??= create();
    return this.#opened;
  }
}

async function create(): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), "aws-ecr-cleaner-"));
  const path = join(folder, "plan.jsonl.gz");
  try {
    return { folder, path, file: await open(path, "wx+") };
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}
