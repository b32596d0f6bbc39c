import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { findFiles } from "../../../src/in-use/lists/folder-lists.ts";

/** A folder with the list `a`. */
function oneList() {
  const folder = mkdtempSync(join(tmpdir(), "lists-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "a");
  writeFileSync(path, "first");
  return { folder, path };
}

const readAll = async (files: Awaited<ReturnType<typeof findFiles>>) =>
  Promise.all(files.map(async ({ read }) => String((await read()).bytes)));

test("a file that changes after it was found is read as it is now", async () => {
  const { folder, path } = oneList();
  const files = await findFiles(folder);
  writeFileSync(path, "second");
  expect(await readAll(files)).toEqual(["second"]);
});

test("a file that vanishes after it was found is an error", async () => {
  const { folder, path } = oneList();
  const files = await findFiles(folder);
  rmSync(path);
  await expect(readAll(files)).rejects.toThrow("ENOENT");
});

test("a file that is too large for a list is not read", async () => {
  const { folder, path } = oneList();
  truncateSync(path, 50_000_001);
  const files = await findFiles(folder);
  await expect(readAll(files)).rejects.toThrow("it has 50000001 bytes");
});

test("a hidden file is a list too", async () => {
  const { folder } = oneList();
  writeFileSync(join(folder, ".hidden"), "hidden");
  expect(await readAll(await findFiles(folder))).toEqual(["hidden", "first"]);
});
