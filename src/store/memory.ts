import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

import { asError } from "../errors.ts";
import type { Log } from "../log.ts";
import { VERSION } from "../version.ts";
import type { Store } from "./store.ts";

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** How often a file is written that other runs keep writing at the same time. */
const MAX_ATTEMPTS = 10;

/** The account and the Region that a memory is about. */
export interface MemoryPlace {
  readonly account: string;
  readonly region: string;
}

/** One kind of what a run remembers for later ones. */
export interface MemoryFormat<Content> {
  /** Such as `facts`: the folder of its files. */
  readonly kind: string;
  /** Raised when the content is written otherwise. A program that knows a lower one does not read it. */
  readonly format: number;
  /** Whether only the version of the program that wrote it reads it: another one may find more in the same answers. */
  readonly isOfOneVersion: boolean;
  /** Nothing if it is not what `write` makes. */
  readonly parse: (content: unknown) => Content | undefined;
  readonly write: (content: Content) => unknown;
}

/** What a file of memory says of itself. */
interface Header extends MemoryPlace {
  readonly program: string;
  readonly version: string;
  readonly name: string;
  readonly format: number;
}

const PROGRAM = "aws-ecr-cleaner";

/** What earlier runs have left in a file of a store. What cannot be trusted is set aside, and counts as nothing. */
export class Memory<Content> {
  readonly #store: Store;
  readonly #format: MemoryFormat<Content>;
  readonly #at: MemoryPlace;
  readonly #log: Log;
  /** The name of the file, without its ending. */
  readonly #name: string;
  readonly #file: string;
  /** The version of the file that was set aside last. */
  #asideVersion: string | undefined;

  constructor(store: Store, format: MemoryFormat<Content>, place: MemoryPlace, log: Log) {
    this.#store = store;
    this.#format = format;
    this.#at = place;
    this.#log = log;
    this.#name = `${format.kind}/${place.account}/${place.region}`;
    this.#file = `${this.#name}.json.gz`;
  }

  /** Where it is, for people to read. */
  get place(): string {
    return this.#store.describe(this.#file);
  }

  /** Nothing if there is no memory, or none that can be trusted. Throws if that is not certain. */
  async read(): Promise<Content | undefined> {
    return (await this.#read()).content;
  }

  /**
   * Changes what is remembered. Two runs at the same time lose nothing of each other: `change` then gets what the other one wrote,
   * and is called again. Throws if it cannot be written.
   */
  async update(change: (content: Content | undefined) => Content): Promise<void> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const { content, version } = await this.#read();
      const bytes = await this.#toBytes(change(content));
      if (await this.#store.replace(this.#file, bytes, version)) return;
    }
    throw new Error(`Other runs keep writing ${this.place}, so this run could not write it`);
  }

  async #read(): Promise<{ content: Content | undefined; version: string | undefined }> {
    const file = await this.#store.read(this.#file);
    if (file === undefined) return { content: undefined, version: undefined };
    const { bytes, version } = file;
    try {
      return { content: await this.#parse(bytes), version };
    } catch (error) {
      if (version !== this.#asideVersion) await this.#setAside(bytes, asError(error).message);
      this.#asideVersion = version;
      return { content: undefined, version };
    }
  }

  /** Throws what makes a file one that cannot be trusted. */
  async #parse(bytes: Buffer): Promise<Content | undefined> {
    const { content, ...header }: Header & { content: unknown } = JSON.parse(
      (await decompress(bytes)).toString("utf8"),
    );
    const { format, isOfOneVersion, parse } = this.#format;
    const { account, region } = this.#at;
    if (header.program !== PROGRAM || header.name !== this.#name)
      throw new Error("it is another file");
    if (header.account !== account || header.region !== region) {
      throw new Error(`it is of the account ${header.account} in ${header.region}`);
    }
    if (!(header.format <= format)) {
      throw new Error(`a newer version of the program wrote it, ${header.version}`);
    }
    if (header.format < format || (isOfOneVersion && header.version !== VERSION)) return undefined;
    const parsed = parse(content);
    if (parsed === undefined) throw new Error("its content is damaged");
    return parsed;
  }

  /** People may want to see it: a copy stays, whatever is written in its place. */
  async #setAside(bytes: Buffer, reason: string): Promise<void> {
    const copy = `set-aside/${this.#name}-${new Date().toISOString().replaceAll(":", "")}.json.gz`;
    await this.#store.put(copy, { bytes, type: "application/gzip" });
    this.#log.warn("Setting aside a file of the store that cannot be trusted, and beginning anew", {
      file: this.place,
      reason,
      copy: this.#store.describe(copy),
    });
  }

  async #toBytes(content: Content): Promise<Buffer> {
    const { format, write } = this.#format;
    const name = this.#name;
    const header: Header = { program: PROGRAM, version: VERSION, name, format, ...this.#at };
    return compress(JSON.stringify({ ...header, content: write(content) }));
  }
}
