import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startRuntime } from "./lambda-runtime/runtime.ts";
import { createAccount, enabled, old, remaining } from "./simulator/account.ts";
import { startSimulator } from "./simulator/simulator.ts";

const MEGABYTE = 1_000_000;

const REAL = { DRY_RUN: "false", ALLOW_EMPTY_IN_USE: "true" };

const execute = promisify(execFile);
const account = () => createAccount({ repositories: { "shop/api": enabled([old("v1")]) } });

describe("the Lambda image", () => {
  const root = mkdtempSync(join(tmpdir(), "lambda-image-"));
  const dockerfile = readFileSync("Dockerfile", "utf8");
  const finalStage = dockerfile.slice(dockerfile.lastIndexOf("FROM "));

  beforeAll(() => {
    for (const [, from = "", to = ""] of finalStage.matchAll(
      /^COPY --from=build --chmod=644 (\S+) (\S+)$/gm,
    )) {
      const source = from.replace(/^\/build\//, "");
      cpSync(
        source,
        join(root, to.replace("${LAMBDA_TASK_ROOT}", ""), source.split("/").at(-1) ?? ""),
      );
    }
  });
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  test("is Lambda's own runtime and the bundle, nothing else", () => {
    const instructions = [...finalStage.matchAll(/^([A-Z]+) /gm)].map(([, name]) => name);
    expect(instructions).toEqual(["FROM", "ARG", "ARG", "ARG", "LABEL", "COPY", "CMD"]);
    expect(dockerfile).toMatch(/^ARG BASE_IMAGE=public\.ecr\.aws\/lambda\/nodejs:24$/m);
    expect(readdirSync(root)).toEqual(["index.mjs"]);
  });

  test("is under 1.5 MB", () => {
    expect(statSync(join(root, "index.mjs")).size).toBeLessThan(1.5 * MEGABYTE);
  });

  const handlerName = /^CMD \["([\w.]+)"\]$/m.exec(finalStage)?.[1] ?? "";

  test("answers Lambda's runtime with the summary", async () => {
    await using simulator = await startSimulator(account());
    await using runtime = await startRuntime(root, handlerName, { ...simulator.env, ...REAL });
    const answer = await runtime.invoke({ source: "aws.events" });
    expect(answer).toMatchObject({
      kind: "response",
      body: { dryRun: false, complete: true, images: { deleted: 1 } },
    });
    expect(remaining(simulator.account, "shop/api")).toEqual([]);
    expect(runtime.stdout).toContain('"message":"Found unused image, removing"');
    expect(runtime.stdout).toContain('"Namespace":"EcrCleaner"');
  });

  test("answers one invocation after the other", async () => {
    await using simulator = await startSimulator(account());
    await using runtime = await startRuntime(root, handlerName, { ...simulator.env, ...REAL });
    expect(await runtime.invoke({ dryRun: true })).toMatchObject({
      body: { images: { unused: 1 } },
    });
    expect(await runtime.invoke({})).toMatchObject({ body: { images: { deleted: 1 } } });
    expect(await runtime.invoke({})).toMatchObject({ body: { images: { total: 0 } } });
  });

  test("tells Lambda's runtime the type and the message of an error", async () => {
    await using simulator = await startSimulator(account(), {
      isAllowed: (action) => action !== "ecs:ListClusters",
    });
    await using runtime = await startRuntime(root, handlerName, { ...simulator.env, ...REAL });
    expect(await runtime.invoke({})).toMatchObject({
      kind: "error",
      body: {
        errorType: "RunFailedError",
        errorMessage: expect.stringContaining("allow ecs:ListClusters for this role"),
      },
    });
    expect(await runtime.invoke({ repositories: "all" })).toMatchObject({
      kind: "error",
      body: { errorType: "ConfigError" },
    });
  });

  test("ends before Lambda's deadline, and says that its timeout is too short", async () => {
    await using simulator = await startSimulator(account());
    await using runtime = await startRuntime(root, handlerName, { ...simulator.env, ...REAL });
    expect(await runtime.invoke({}, 20_000)).toMatchObject({
      kind: "error",
      body: {
        errorType: "RunFailedError",
        errorMessage: expect.stringContaining("Set the function's timeout to 900 s"),
      },
    });
    expect(remaining(simulator.account, "shop/api")).toEqual(["v1"]);
  });
});

describe("the bundled command line", () => {
  test("makes a run against AWS_ENDPOINT_URL", async () => {
    await using simulator = await startSimulator(account());
    const env = { ...simulator.env, ...REAL };
    const { stdout } = await execute(process.execPath, ["dist/cli.mjs", "--json"], { env });
    expect(JSON.parse(stdout)).toMatchObject({ images: { deleted: 1 }, failures: [] });
    expect(remaining(simulator.account, "shop/api")).toEqual([]);
  });

  test("exits with 1 and one sentence when it cannot start", () => {
    const env = { AWS_CONFIG_FILE: "/dev/null", AWS_EC2_METADATA_DISABLED: "true" };
    const { status, stderr } = spawnSync(process.execPath, ["dist/cli.mjs"], {
      env,
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^aws-ecr-cleaner: No AWS Region is set: .*\n$/);
  });
});
