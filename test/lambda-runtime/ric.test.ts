import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import packageJson from "../../package.json" with { type: "json" };
import { createAccount, enabled, old, remaining } from "../simulator/account.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";
import { startRuntime } from "./runtime.ts";

/** What `npm run test:ric` fetches: the client in Lambda's own Node.js images. */
const PACKAGE = "test-results/aws-lambda-ric-4.0.2.tgz";

const folder = mkdtempSync(join(tmpdir(), "ric-"));
beforeAll(() => {
  execFileSync("tar", ["-xzf", PACKAGE, "-C", folder, "package/index.mjs"]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Starts the bundle with the client, against a simulated account. */
async function start(options: SimulatorOptions = {}, settings: Record<string, string> = {}) {
  const account = createAccount({ repositories: { "shop/api": enabled([old("v1")]) } });
  const simulator = await startSimulator(account, options);
  const env = {
    ...simulator.env,
    DRY_RUN: "false",
    ALLOW_EMPTY_IN_USE: "true",
    ...settings,
    // It then asks for invocations itself, in JavaScript.
    AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: "true",
  };
  const client = [
    "--import",
    "./test/lambda-runtime/native-client.mjs",
    join(folder, "package/index.mjs"),
  ];
  const runtime = await startRuntime("dist", "index.handler", env, client);
  return {
    account,
    invoke: runtime.invoke,
    /** The log entries of the function until now. */
    entries: (): Record<string, unknown>[] =>
      runtime.stdout
        .split("\n")
        .filter((line) => line.startsWith('{"level"'))
        .map((line) => JSON.parse(line)),
    [Symbol.asyncDispose]: async () => {
      await runtime[Symbol.asyncDispose]();
      await simulator[Symbol.asyncDispose]();
    },
  };
}

test("answers several invocations with their summaries", async () => {
  await using started = await start();
  expect(await started.invoke({ dryRun: true })).toMatchObject({
    kind: "response",
    body: { dryRun: true, images: { unused: 1 } },
  });
  expect(await started.invoke({ source: "aws.events" })).toMatchObject({
    kind: "response",
    body: { dryRun: false, complete: true, images: { deleted: 1 } },
  });
  expect(remaining(started.account, "shop/api")).toEqual([]);
});

test("logs which invocation of which function wrote an entry", async () => {
  await using started = await start();
  await started.invoke({});
  const entries = started.entries();
  expect(entries.length).toBeGreaterThan(2);
  for (const entry of entries) {
    expect(entry).toMatchObject({
      function_name: "ecr-cleaner",
      function_version: "$LATEST",
      function_request_id: expect.stringMatching(/^[\da-f-]{36}$/),
      account: "123456789012",
      version: packageJson.version,
    });
  }
});

test("reports the type and the message of an error", async () => {
  await using started = await start({ isAllowed: (action) => action !== "ecs:ListClusters" });
  expect(await started.invoke({})).toMatchObject({
    kind: "error",
    body: {
      errorType: "RunFailedError",
      errorMessage: expect.stringContaining("allow ecs:ListClusters for this role"),
    },
  });
  expect(await started.invoke({ repositories: "all" })).toMatchObject({
    kind: "error",
    body: { errorType: "ConfigError" },
  });
});

test("ends before the deadline", async () => {
  await using started = await start();
  expect(await started.invoke({}, 20_000)).toMatchObject({
    kind: "error",
    body: { errorMessage: expect.stringContaining("Set the function's timeout to 900 s") },
  });
  expect(remaining(started.account, "shop/api")).toEqual(["v1"]);
});
