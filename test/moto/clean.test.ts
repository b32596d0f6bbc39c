import { expect, test } from "vitest";

import { clean, dryRun } from "../emulators/bundle.ts";
import { createService } from "../emulators/holders/ecs.ts";
import { createRole } from "../emulators/holders/holder.ts";
import { createFunction } from "../emulators/holders/lambda.ts";
import { ENABLED, REGISTRY, createRepository, remaining } from "../emulators/registry.ts";
import { useEmulator } from "../emulators/server.ts";
import { MOTO } from "./moto.ts";

useEmulator(MOTO);

const SETTINGS = {
  // Neither moto nor this Region has App Runner.
  IN_USE_SOURCES: "ecs lambda app-runner",
  AWS_ENDPOINT_URL_APPRUNNER: "http://apprunner.us-west-1.invalid",
};

async function createShop() {
  await createRepository("shop/api", ENABLED, ["v1", "v2", "v3", "latest"]);
  await createRepository("shop/mailer", ENABLED, ["v1", "v2"]);
  await createRepository("shop/young", { ...ENABLED, BoxCleanerKeepDays: "30" }, ["v1"]);
  await createRepository("shop/other", {}, ["v1"]);
  await createService(`${REGISTRY}/shop/api:v2`, "api");
  await createService(`${REGISTRY}/shop/api`, "sidecar");
  await createRole();
  await createFunction(`${REGISTRY}/shop/mailer:v1`, "mailer");
}

test("a real run deletes exactly the old and unused images of enabled repositories", async () => {
  await createShop();
  const summary = await clean(SETTINGS);
  expect(summary).toMatchObject({
    dryRun: false,
    complete: true,
    repositories: { enabled: 3, cleaned: 3, failed: 0 },
    images: { total: 7, kept: { "in-use": 3, "too-young": 1 }, unused: 3, deleted: 3 },
    failures: [],
  });
  expect(summary.inUse.sources).toContainEqual(
    expect.objectContaining({ name: "App Runner", status: "not-available" }),
  );
  expect(await remaining("shop/api")).toEqual(["latest", "v2"]);
  expect(await remaining("shop/mailer")).toEqual(["v1"]);
  expect(await remaining("shop/young")).toEqual(["v1"]);
  expect(await remaining("shop/other")).toEqual(["v1"]);
});

test("a dry run deletes nothing", async () => {
  await createShop();
  expect((await dryRun(SETTINGS)).images).toMatchObject({ unused: 3, deleted: 0 });
  expect(await remaining("shop/api")).toEqual(["latest", "v1", "v2", "v3"]);
  expect(await remaining("shop/mailer")).toEqual(["v1", "v2"]);
});

test("a real run deletes more images than one page and one call hold", async () => {
  const tags = Array.from({ length: 250 }, (_, i) => `v${i}`);
  await createRepository("shop/api", ENABLED, tags);
  await createService(`${REGISTRY}/shop/api:v249`, "api");
  // moto loses images when two calls delete at the same time: its lists have no lock.
  const { images } = await clean({ ...SETTINGS, CONCURRENCY: "1" });
  expect(images).toMatchObject({ total: 250, deleted: 249 });
  expect(await remaining("shop/api")).toEqual(["v249"]);
});

test("a second run finds nothing to delete", async () => {
  await createShop();
  await clean(SETTINGS);
  expect((await clean(SETTINGS)).images).toMatchObject({ unused: 0, deleted: 0 });
});
