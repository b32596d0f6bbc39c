import { link, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import { FolderStore } from "../../src/store/folder-store.ts";
import { temporaryFolder } from "./stores.ts";

vi.mock(import("node:fs/promises"), { spy: true });

const bytes = (text: string) => Buffer.from(text);

async function write(store: FolderStore, text: string): Promise<boolean> {
  const read = await store.read("a");
  return store.replace("a", bytes(text), read?.version);
}

test("refuses to write a number that other runs have written and removed meanwhile", async () => {
  await using folder = await temporaryFolder();
  const [mine, others] = [
    new FolderStore({ folder: folder.path }),
    new FolderStore({ folder: folder.path }),
  ];
  await write(others, "1");
  vi.mocked(link).mockImplementationOnce(async (from, to) => {
    for (const text of ["2", "3", "4"]) await write(others, text);
    await link(from, to);
  });
  expect(await mine.replace("a", bytes("mine"), "1")).toBe(false);
  expect((await folder.files()).toSorted()).toEqual(["a.3", "a.4"]);
  expect((await mine.read("a"))?.bytes.toString()).toBe("4");
});

test("leaves no part of a file when the disk is full", async () => {
  await using folder = await temporaryFolder();
  const store = new FolderStore({ folder: folder.path });
  const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  const failing = [
    async () => store.replace("a", bytes("1"), undefined),
    async () => store.put("a", { bytes: bytes("1"), type: "text/plain" }),
  ];
  for (const fail of failing) {
    vi.mocked(writeFile).mockImplementationOnce(async (path) => {
      await writeFile(path, "a part");
      throw full;
    });
    await expect(fail()).rejects.toThrow("ENOSPC");
  }
  expect(await folder.files()).toEqual([]);
});

test("leaves no temporary file where a folder has the name of a file", async () => {
  await using folder = await temporaryFolder();
  const store = new FolderStore({ folder: folder.path });
  await mkdir(join(folder.path, "page.html"));
  await expect(store.put("page.html", { bytes: bytes("1"), type: "text/html" })).rejects.toThrow(
    "EISDIR",
  );
  expect(await folder.files()).toEqual([]);
});
