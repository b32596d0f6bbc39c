import { writeFile } from "node:fs/promises";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

import { expect, test, vi } from "vitest";

import { connectAws } from "../../src/aws/clients.ts";
import { openStore } from "../../src/store/store.ts";
import { decodeChunks } from "../simulator/services/s3/body.ts";
import { temporaryFolder } from "./stores.ts";

const REDIRECT =
  "<Error><Code>PermanentRedirect</Code><Message>The bucket is in another Region.</Message></Error>";

/** A store in a bucket of us-west-2, which a run in eu-west-1 uses. */
async function farStore() {
  const objects = new Map<string, string>();
  /** The Regions that requests were signed for, in their order. */
  const regions: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url = "", headers } = request;
    const bytes = await buffer(request);
    const region = /\/(?<region>[\w-]+)\/s3\//.exec(headers.authorization ?? "")?.[1] ?? "";
    regions.push(region);
    const key = new URL(url, "http://localhost").pathname;
    if (region !== "us-west-2") {
      response.writeHead(301, { "x-amz-bucket-region": "us-west-2" }).end(REDIRECT);
    } else if (method === "PUT") {
      const isChunked = headers["content-encoding"] === "aws-chunked";
      objects.set(key, String(isChunked ? decodeChunks(bytes)?.body : bytes));
      response.writeHead(200, { etag: '"1"' }).end();
    } else {
      const date = new Date().toUTCString();
      response.writeHead(200, { etag: '"1"', "last-modified": date }).end(objects.get(key));
    }
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo;
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${port}`);
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "simulated");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "simulated");
  const aws = await connectAws({ hasTime: () => true, now: Date.now });
  return {
    store: await openStore({ bucket: "memories", prefix: "cleaner" }, aws),
    objects,
    regions,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("uploads a file to a bucket in another Region", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "plan");
  await writeFile(path, "from a file");
  await using far = await farStore();
  await far.store.put("plan", { bytes: { path }, type: "text/plain" });
  expect(far.objects.get("/memories/cleaner/plan")).toBe("from a file");
  expect(far.regions).toEqual(["eu-west-1", "us-west-2"]);
});

test("asks the Region of the run only once, and writes and reads in that of the bucket", async () => {
  await using far = await farStore();
  const { store, regions } = far;
  expect(await store.replace("a", Buffer.from("1"), undefined)).toBe(true);
  expect((await store.read("a"))?.bytes.toString()).toBe("1");
  expect(await store.replace("a", Buffer.from("2"), '"1"')).toBe(true);
  expect(regions).toEqual(["eu-west-1", "us-west-2", "us-west-2", "us-west-2"]);
});

test("follows the bucket for calls at the same time", async () => {
  await using far = await farStore();
  const names = ["a", "b", "c"];
  const written = names.map(async (name) => far.store.replace(name, Buffer.from(name), undefined));
  expect(await Promise.all(written)).toEqual([true, true, true]);
  expect([...far.objects.values()].toSorted()).toEqual(names);
});
