import { expect, test } from "vitest";

import { settingsInForce } from "../../src/html-report/settings-in-force.ts";
import { parseConfig } from "../../src/settings/config.ts";
import { SETTINGS, settings } from "../../src/settings/settings.ts";

const inForce = (env: Record<string, string>) => settingsInForce(parseConfig(env).config);

test("names every setting that decides what a run does, each with its default", () => {
  const others = new Set<unknown>([settings.concurrency, settings.apiShare, settings.logLevel]);
  const expected = SETTINGS.filter((setting) => !others.has(setting)).map(({ name, fallback }) => ({
    name,
    value: fallback,
    isDefault: true,
  }));
  expect(inForce({})).toEqual(expected);
});

test.for([
  { env: { DEFAULT_KEEP_TAGS: "release- v" }, value: "release- v" },
  { env: { DEFAULT_KEEP_PULLED_DAYS: "14" }, value: "14" },
  { env: { MAX_DELETIONS: "500" }, value: "500" },
  { env: { IN_USE_SOURCES: "lambda ecs" }, value: "ecs lambda" },
  { env: { STORAGE_PRICE_PER_GB_MONTH: "0.2" }, value: "0.20" },
])("shows $env as set", ({ env, value }) => {
  expect(inForce(env)).toContainEqual({ name: Object.keys(env)[0], value, isDefault: false });
});
