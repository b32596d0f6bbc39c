import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

import { describe, expect, test } from "vitest";

import { createLog } from "../../src/log.ts";
import { FolderStore } from "../../src/store/folder-store.ts";
import { Memory, type MemoryFormat } from "../../src/store/memory.ts";
import { bucketStore, temporaryFolder } from "./stores.ts";

const FORMAT: MemoryFormat<readonly string[]> = {
  kind: "words",
  format: 2,
  isOfOneVersion: false,
  parse: (content) => (Array.isArray(content) ? content : undefined),
  write: (words) => words,
};
const PLACE = { account: "123456789012", region: "eu-west-1" };
const FILE = "words/123456789012/eu-west-1.json.gz";

/** A memory in a folder, and what it logs. */
async function openFolder(format: Partial<typeof FORMAT> = {}) {
  const folder = await temporaryFolder();
  const store = new FolderStore({ folder: folder.path });
  const warnings: string[] = [];
  const log = createLog("WARN", ({ reason }) => warnings.push(String(reason)));
  return Object.assign(folder, {
    store,
    warnings,
    memory: new Memory(store, { ...FORMAT, ...format }, PLACE, log),
    /** Changes the file as something else may. */
    damage: async (change: (bytes: Buffer) => Buffer | Promise<Buffer>) => {
      const file = await store.read(FILE);
      if (file === undefined) throw new Error("There is no file");
      await store.replace(FILE, await change(file.bytes), file.version);
    },
  });
}

/** Changes what a file of memory says of itself. */
function saying(header: object) {
  return async (bytes: Buffer) => {
    const file: object = JSON.parse((await promisify(gunzip)(bytes)).toString());
    return promisify(gzip)(JSON.stringify({ ...file, ...header }));
  };
}

test("a memory is empty at first, and then what was written last", async () => {
  await using opened = await openFolder();
  const { memory } = opened;
  expect(await memory.read()).toBeUndefined();
  await memory.update(() => ["a"]);
  await memory.update((words = []) => [...words, "b"]);
  expect(await memory.read()).toEqual(["a", "b"]);
});

describe("a memory that cannot be trusted is set aside, and nothing of it is read:", () => {
  test.for([
    { name: "cut in the middle", change: (bytes: Buffer) => bytes.subarray(0, 40) },
    { name: "empty", change: () => Buffer.alloc(0) },
    { name: "an HTML page", change: () => Buffer.from("<html>") },
    { name: "JSON of something else", change: async () => promisify(gzip)("null") },
    { name: "of another account", change: saying({ account: "222222222222" }) },
    { name: "of another Region", change: saying({ region: "us-east-1" }) },
    { name: "of a newer program", change: saying({ format: 3, version: "9.0.0" }) },
    { name: "without its format", change: saying({ format: undefined }) },
    { name: "of another program", change: saying({ program: "other" }) },
    { name: "another file", change: saying({ name: "numbers/123456789012/eu-west-1" }) },
    { name: "of other content", change: saying({ content: { a: 1 } }) },
  ])("$name", async ({ change }) => {
    await using opened = await openFolder();
    const { memory, warnings, damage, files } = opened;
    await memory.update(() => ["a"]);
    await damage(change);
    expect(await memory.read()).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect((await files()).filter((file) => file.startsWith("set-aside/"))).toHaveLength(1);
    await memory.update((words = ["new"]) => words);
    expect(await memory.read()).toEqual(["new"]);
  });
});

test("a memory in an older format, or of another version, begins anew without a warning", async () => {
  for (const [format, header] of [
    [{}, { format: 1 }],
    [{ isOfOneVersion: true }, { version: "0.0.1" }],
  ] as const) {
    await using opened = await openFolder(format);
    const { memory, warnings, damage } = opened;
    await memory.update(() => ["a"]);
    await damage(saying(header));
    expect(await memory.read()).toBeUndefined();
    expect(warnings).toEqual([]);
  }
});

test("two runs that write at the same time lose nothing of each other", async () => {
  await using opened = await bucketStore();
  const memory = new Memory(opened.store, FORMAT, PLACE, createLog("SILENT"));
  const words = ["a", "b", "c", "d"];
  await Promise.all(words.map(async (word) => memory.update((known = []) => [...known, word])));
  expect((await memory.read())?.toSorted()).toEqual(words);
});

test("a run gives up where others never cease to write", async () => {
  let writes = 0;
  await using opened = await bucketStore({
    before: {
      "s3:PutObject": (account) => {
        const objects = account.buckets.get("memories")?.objects;
        const file = objects?.get(`cleaner/${FILE}`);
        if (file !== undefined)
          objects?.set(`cleaner/${FILE}`, { ...file, etag: `"${(writes += 1)}"` });
      },
    },
  });
  const memory = new Memory(opened.store, FORMAT, PLACE, createLog("SILENT"));
  await memory.update(() => ["a"]);
  await expect(memory.update(() => ["b"])).rejects.toThrow("Other runs keep writing s3://memories");
});
