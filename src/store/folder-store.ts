import { randomUUID } from "node:crypto";
import {
  copyFile,
  link,
  mkdir,
  readFile,
  readdir,
  rename,
  stat,
  unlink,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { hasCode } from "../errors.ts";
import { describeLocation } from "./location.ts";
import type { Content, Store, StoredFile } from "./store.ts";

/** The newest versions of a file that are kept: the one before can still be read when a new one is written. */
const KEPT_VERSIONS = 2;
/** How often a file is looked for that is replaced while it is read. */
const MAX_LOOKS = 10;

/**
 * A store in a folder. A file that runs replace is a series of numbered versions: to write the next number is
 * to replace the file, and two runs cannot both do so.
 */
export class FolderStore implements Store {
  readonly #folder: string;

  constructor({ folder }: { readonly folder: string }) {
    this.#folder = folder;
  }

  readonly describe = (name: string) => describeLocation({ folder: this.#folder }, name);

  readonly read = async (name: string): Promise<StoredFile | undefined> => {
    for (let look = 1; ; look += 1) {
      const [newest] = await this.#versionsOf(name);
      if (newest === undefined) return undefined;
      try {
        const path = this.#pathOf(name, newest);
        const [bytes, { mtimeMs }] = [await readFile(path), await stat(path)];
        return { bytes, version: String(newest), writtenAt: mtimeMs };
      } catch (error) {
        if (!hasCode(error, "ENOENT") || look >= MAX_LOOKS) throw error;
      }
    }
  };

  readonly replace = async (name: string, bytes: Buffer, version?: string): Promise<boolean> => {
    const [newest = 0, ...older] = await this.#versionsOf(name);
    if (newest !== Number(version ?? 0)) return false;
    const temporary = await this.#temporary(name, async (path) => writeFile(path, bytes));
    try {
      // Unlike a renamed file, a link never takes the place of one that is there.
      await link(temporary, this.#pathOf(name, newest + 1));
    } catch (error) {
      if (hasCode(error, "EEXIST")) return false;
      throw error;
    } finally {
      await this.#remove(temporary);
    }
    const [latest = 0] = await this.#versionsOf(name);
    if (latest > newest + 1) {
      // Others have written meanwhile, and removed the number that the link then took: nobody would read it.
      await this.#remove(this.#pathOf(name, newest + 1));
      return false;
    }
    const outdated = older.slice(KEPT_VERSIONS - 2);
    await Promise.all(outdated.map(async (each) => this.#remove(this.#pathOf(name, each))));
    return true;
  };

  readonly put = async (name: string, { bytes }: Content): Promise<void> => {
    const temporary = await this.#temporary(name, async (path) =>
      "path" in bytes ? copyFile(bytes.path, path) : writeFile(path, bytes),
    );
    try {
      await rename(temporary, join(this.#folder, name));
    } catch (error) {
      await this.#remove(temporary);
      throw error;
    }
  };

  /** The numbers of a file's versions, newest first. */
  async #versionsOf(name: string): Promise<number[]> {
    const folder = dirname(join(this.#folder, name));
    const prefix = `${basename(name)}.`;
    const files = await readdir(folder).catch((error: unknown) => {
      if (hasCode(error, "ENOENT")) return [];
      throw error;
    });
    return files
      .filter((file) => file.startsWith(prefix) && /^\d+$/.test(file.slice(prefix.length)))
      .map((file) => Number(file.slice(prefix.length)))
      .toSorted((a, b) => b - a);
  }

  #pathOf(name: string, version: number): string {
    return join(this.#folder, `${name}.${version}`);
  }

  /** Writes a file next to its place, so that no reader sees a part of it. */
  async #temporary(name: string, write: (path: string) => Promise<void>): Promise<string> {
    const path = join(this.#folder, `${name}.${randomUUID()}.tmp`);
    await mkdir(dirname(path), { recursive: true });
    try {
      await write(path);
    } catch (error) {
      // Such as a full disk, which the part that is there would keep full.
      await this.#remove(path);
      throw error;
    }
    return path;
  }

  /** Another run can remove the same version. */
  async #remove(path: string): Promise<void> {
    await unlink(path).catch((error: unknown) => {
      if (!hasCode(error, "ENOENT")) throw error;
    });
  }
}
