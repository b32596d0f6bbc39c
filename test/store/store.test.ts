import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { describeLocation, parseLocation } from "../../src/store/location.ts";
import { FolderStore } from "../../src/store/folder-store.ts";
import type { Store } from "../../src/store/store.ts";
import type { Fault } from "../simulator/faults.ts";
import { ServiceError } from "../simulator/operation.ts";
import { bucketStore, temporaryFolder } from "./stores.ts";

/** Each kind of store, opened for one test. */
const KINDS: Readonly<Record<string, () => Promise<AsyncDisposable & { readonly store: Store }>>> =
  {
    bucket: async () => bucketStore(),
    folder: async () => {
      const folder = await temporaryFolder();
      return Object.assign(folder, {
        store: new FolderStore({ folder: join(folder.path, "new") }),
      });
    },
  };

const bytes = (text: string) => Buffer.from(text);

describe.each(Object.entries(KINDS))("a store in a %s", (_, open) => {
  test("has no file at first, and then what was written last", async () => {
    await using opened = await open();
    const { store } = opened;
    expect(await store.read("facts/a.gz")).toBeUndefined();
    expect(await store.replace("facts/a.gz", bytes("1"), undefined)).toBe(true);
    const first = await store.read("facts/a.gz");
    expect(first?.bytes.toString()).toBe("1");
    expect(Math.abs((first?.writtenAt ?? 0) - Date.now())).toBeLessThan(5000);
    expect(await store.replace("facts/a.gz", bytes("22"), first?.version)).toBe(true);
    expect((await store.read("facts/a.gz"))?.bytes.toString()).toBe("22");
  });

  test("keeps bytes as they are", async () => {
    await using opened = await open();
    const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    await opened.store.replace("a", all, undefined);
    expect((await opened.store.read("a"))?.bytes.equals(all)).toBe(true);
  });

  test("refuses to replace what another run has written since it was read", async () => {
    await using opened = await open();
    const { store } = opened;
    await store.replace("a", bytes("1"), undefined);
    const read = await store.read("a");
    expect(await store.replace("a", bytes("other"), undefined)).toBe(false);
    await store.replace("a", bytes("2"), read?.version);
    expect(await store.replace("a", bytes("mine"), read?.version)).toBe(false);
    expect((await store.read("a"))?.bytes.toString()).toBe("2");
  });

  test("lets one of many runs replace a file at the same time", async () => {
    await using opened = await open();
    const { store } = opened;
    const texts = Array.from({ length: 8 }, (_, i) => `run ${i}`);
    const written = await Promise.all(
      texts.map(async (text) => store.replace("a", bytes(text), undefined)),
    );
    expect(written.filter(Boolean)).toHaveLength(1);
    const winner = texts[written.indexOf(true)];
    expect((await store.read("a"))?.bytes.toString()).toBe(winner);
  });

  test("writes reports of bytes and of files, whatever was there", async () => {
    await using opened = await open();
    await using folder = await temporaryFolder();
    const path = join(folder.path, "plan");
    await writeFile(path, "from a file");
    const { store } = opened;
    await store.put("reports/page.html", { bytes: bytes("one"), type: "text/html" });
    await store.put("reports/page.html", { bytes: { path }, type: "text/html" });
    expect(store.describe("reports/page.html")).toMatch(/\/reports\/page\.html$/);
  });
});

describe("a store in a folder", () => {
  test("leaves no more than the newest versions, and no temporary file", async () => {
    await using folder = await temporaryFolder();
    const store = new FolderStore({ folder: folder.path });
    for (const text of ["1", "2", "3", "4"]) {
      const read = await store.read("a.gz");
      await store.replace("a.gz", bytes(text), read?.version);
    }
    expect((await folder.files()).toSorted()).toEqual(["a.gz.3", "a.gz.4"]);
  });

  test("throws if the folder cannot be read", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "file"), "");
    const store = new FolderStore({ folder: join(folder.path, "file") });
    await expect(store.read("a")).rejects.toThrow("ENOTDIR");
    await expect(store.replace("a", bytes("1"), undefined)).rejects.toThrow("ENOTDIR");
  });
});

describe("a store in a bucket", () => {
  test("is under its prefix, and nothing is ever deleted", async () => {
    await using opened = await bucketStore();
    const { store, objects, simulator } = opened;
    await store.replace("facts/a.gz", bytes("1"), undefined);
    await store.put("reports/page.html", { bytes: bytes("<html>"), type: "text/html" });
    expect([...objects.keys()]).toEqual(["cleaner/facts/a.gz", "cleaner/reports/page.html"]);
    expect(objects.get("cleaner/reports/page.html")).toMatchObject({ contentType: "text/html" });
    expect(simulator.calls.map(({ action }) => action)).not.toContain("s3:DeleteObject");
  });

  test("names the missing permission, and says what S3 hides without s3:ListBucket", async () => {
    await using opened = await bucketStore({ isAllowed: (action) => !action.startsWith("s3:") });
    const { store } = opened;
    await expect(store.read("a")).rejects.toThrow(
      /s3:GetObject failed for s3:\/\/memories\/cleaner\/a: AccessDenied.*allow s3:GetObject and s3:PutObject.*s3:ListBucket/,
    );
    await expect(store.replace("a", bytes("1"), undefined)).rejects.toThrow("s3:PutObject failed");
  });

  test("is not read as empty where S3 tells nobody which objects exist", async () => {
    await using opened = await bucketStore({
      isAllowed: (action) => action !== "s3:ListObjectsV2",
    });
    await expect(opened.store.read("a")).rejects.toThrow("AccessDenied");
  });

  test("has no file that S3 denies to read and does not list, as to a role that may list only a prefix", async () => {
    const denied = new ServiceError("AccessDenied", "Access Denied", 403);
    await using opened = await bucketStore({
      before: {
        "s3:GetObject": ({ buckets }, { Key }) => {
          if (buckets.get("memories")?.objects.has(Key) !== true) throw denied;
        },
      },
    });
    const { store } = opened;
    expect(await store.read("a")).toBeUndefined();
    await store.replace("a", bytes("1"), undefined);
    expect((await store.read("a"))?.bytes.toString()).toBe("1");
  });

  test("is not read as empty where S3 denies to read what it lists", async () => {
    await using opened = await bucketStore({ isAllowed: (action) => action !== "s3:GetObject" });
    await opened.store.replace("a", bytes("1"), undefined);
    await expect(opened.store.read("a")).rejects.toThrow("s3:GetObject failed");
  });

  test("is not read as empty if the bucket does not exist", async () => {
    await using opened = await bucketStore();
    opened.simulator.account.buckets.clear();
    await expect(opened.store.read("a")).rejects.toThrow("NoSuchBucket");
  });

  test.for<Fault>([{ kind: "cut" }, { kind: "reset" }, { kind: "html", status: 200 }])(
    "throws if an answer is damaged: $kind",
    async (fault) => {
      await using opened = await bucketStore({
        faults: (action) => (action === "s3:GetObject" ? fault : undefined),
      });
      await opened.store.replace("a", Buffer.from("a text of some length"), undefined);
      await expect(opened.store.read("a")).rejects.toThrow("s3:GetObject failed");
    },
  );

  test("gives up a slow call in time for the end of the run", async () => {
    // Longer than the test may take, if nothing ended the call.
    await using opened = await bucketStore({ latencyMs: 5_000 }, () => 16_000);
    await expect(opened.store.read("a")).rejects.toThrow(/s3:GetObject failed.*(?:Timeout|Abort)/);
  });

  test("repeats the upload of a file that breaks off", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "plan");
    await writeFile(path, "from a file");
    await using opened = await bucketStore({
      faults: (action, _, nth) =>
        action === "s3:PutObject" && nth === 0 ? { kind: "unavailable" } : undefined,
    });
    await opened.store.put("plan", { bytes: { path }, type: "text/plain" });
    expect(opened.objects.get("cleaner/plan")?.bytes.toString()).toBe("from a file");
  });

  test("counts a write that another one came before as refused, whichever error says so", async () => {
    for (const [code, status] of [
      ["PreconditionFailed", 412],
      ["ConditionalRequestConflict", 409],
    ] as const) {
      await using opened = await bucketStore({
        faults: (action) =>
          action === "s3:PutObject" ? { kind: "error", code, message: "", status } : undefined,
      });
      expect(await opened.store.replace("a", bytes("1"), undefined)).toBe(false);
    }
  });

  test("repeats a write whose answer is lost, and finds that it was done", async () => {
    await using opened = await bucketStore({
      faults: (action, _, nth) =>
        action === "s3:PutObject" && nth === 0 ? { kind: "reset" } : undefined,
    });
    const { store, simulator } = opened;
    expect(await store.replace("a", bytes("1"), undefined)).toBe(false);
    expect((await store.read("a"))?.bytes.toString()).toBe("1");
    expect(simulator.callsOf("s3:PutObject")).toHaveLength(2);
  });
});

describe("the place of a store", () => {
  test.for([
    { text: "s3://memories", location: { bucket: "memories", prefix: "" } },
    { text: "s3://memories/", location: { bucket: "memories", prefix: "" } },
    { text: "s3://my.memories/a/b/", location: { bucket: "my.memories", prefix: "a/b" } },
    { text: "/var/lib/cleaner", location: { folder: "/var/lib/cleaner" } },
    { text: "memories", location: { folder: "memories" } },
  ])("is read from $text", ({ text, location }) => {
    expect(parseLocation(text)).toEqual(location);
    expect(parseLocation(describeLocation(location))).toEqual(location);
  });

  test.for([
    "s3://",
    "s3://B/x",
    "s3:/memories",
    "S3://memories",
    "https://b.s3.amazonaws.com/x",
    "gs://b",
    "s3:memories",
    " ",
  ])("is not read from %j", (text) => {
    expect(parseLocation(text)).toBeUndefined();
  });
});
