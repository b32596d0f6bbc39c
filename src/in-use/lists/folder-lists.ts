import type { Stats } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import {
  KEEPS_CHANGING,
  type ListContent,
  type ListFile,
  MAX_READINGS,
  requireListSize,
} from "./list-file.ts";

/** Finds the list at a path, or all files directly in the folder there. Throws if there is none. */
export async function findFiles(path: string): Promise<ListFile[]> {
  if (!(await stat(path)).isDirectory()) return [fileAt(path)];
  const names = await readdir(path);
  if (names.length === 0) throw new Error("the folder is empty");
  return names.toSorted().map((name) => fileAt(join(path, name)));
}

function fileAt(path: string): ListFile {
  return { name: path, read: async () => read(path) };
}

async function read(path: string): Promise<ListContent> {
  for (let reading = 1; reading <= MAX_READINGS; reading += 1) {
    const before = await stat(path);
    requireFile(before);
    const bytes = await readFile(path);
    const after = await stat(path);
    const isSame = before.mtimeMs === after.mtimeMs && before.size === after.size;
    if (isSame && bytes.length === after.size) return { bytes, modifiedAt: after.mtimeMs };
  }
  throw new Error(KEEPS_CHANGING);
}

/** A list that nothing reads must not go unnoticed, and the time of a pipe says nothing. */
function requireFile(stats: Stats): void {
  if (stats.isDirectory()) {
    throw new Error("it is a folder in a folder, and only files directly in a folder are read");
  }
  if (!stats.isFile()) throw new Error("it is neither a file nor a folder");
  requireListSize(stats.size);
}
