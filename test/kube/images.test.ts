import { afterAll, beforeAll, expect, test } from "vitest";

import type { KubeClient } from "./client.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import {
  KINDS,
  addEphemeralContainer,
  createObject,
  pathOf,
  podOf,
  setPodStatus,
} from "./objects.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster({ name: "main", principals: [] });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

/** Reads what names an image, whatever it is. */
async function readImages(client: KubeClient): Promise<Set<string>> {
  const images = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (typeof child === "string" && /^(image|imageID|reference)$/.test(key)) images.add(child);
      else visit(child);
    }
  };
  for (const kind of KINDS) {
    let page = "";
    do {
      const { body } = await client.send("GET", `${pathOf(kind)}?limit=500&continue=${page}`);
      visit(body.items);
      page = body.metadata.continue ?? "";
    } while (page !== "");
  }
  return images;
}

test("every place that names an image is read, on all pages", async () => {
  const { admin } = cluster;
  for (const kind of KINDS) await createObject(admin, kind, podOf(`shop/api:${kind}`), "api");
  await createObject(
    admin,
    "pods",
    {
      ...podOf("shop/api:main"),
      initContainers: [{ name: "init", image: "shop/api:init" }],
      volumes: [{ name: "model", image: { reference: "shop/model:v1" } }],
    },
    "running",
  );
  await addEphemeralContainer(admin, "running", "shop/api:debug");
  const status = (name: string) => ({
    name,
    image: `shop/api:${name}`,
    imageID: `shop/api@of-${name}`,
    ready: true,
    restartCount: 0,
  });
  await setPodStatus(admin, "running", {
    phase: "Running",
    containerStatuses: [status("main")],
    initContainerStatuses: [status("init")],
    ephemeralContainerStatuses: [status("debugger")],
  });
  await Promise.all(
    Array.from({ length: 1001 }, async (_, i) =>
      createObject(admin, "replicasets", podOf(`shop/api:${i}`), `old-${i}`),
    ),
  );

  const images = await readImages(admin);
  expect(images.size).toBe(KINDS.length + 1001 + 8);
});
