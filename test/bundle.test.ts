import { execFile, spawnSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { startRuntime } from "./lambda-runtime/runtime.ts";
import type { Summary } from "../src/report/summary.ts";
import { createAccount, digestOf, enabled, old, remaining } from "./simulator/account.ts";
import { startSimulator } from "./simulator/simulator.ts";
import { BUCKET, STORE, reportOf } from "./stored-report/stored-files.ts";

const MEGABYTE = 1_000_000;

const REAL = { DRY_RUN: "false", ALLOW_EMPTY_IN_USE: "true" };

const execute = promisify(execFile);
const account = () => createAccount({ repositories: { "shop/api": enabled([old("v1")]) } });

describe("the Lambda image", () => {
  const root = mkdtempSync(join(tmpdir(), "lambda-image-"));
  const dockerfile = readFileSync("Dockerfile", "utf8");
  const finalStage = dockerfile.slice(dockerfile.lastIndexOf("FROM "));

  const parts = readdirSync("dist/handler").filter((name) => name.endsWith(".mjs"));

  beforeAll(() => {
    for (const [, copied = "", to = ""] of finalStage.matchAll(
      /^COPY --from=build (.+) (\S+)$/gm,
    )) {
      const sources = copied.split(" ").map((from) => from.replace(/^\/build\//, ""));
      const folder = join(root, to.replace("${LAMBDA_TASK_ROOT}", ""));
      for (const source of globSync(sources)) cpSync(source, join(folder, basename(source)));
    }
  });
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  test("is the runtime of Lambda, the bundle and the page of its reports, and nothing else", () => {
    const instructions = [...finalStage.matchAll(/^([A-Z]+) /gm)].map(([, name]) => name);
    expect(instructions).toEqual(["FROM", "ARG", "ARG", "ARG", "LABEL", "COPY", "COPY", "CMD"]);
    expect(dockerfile).toMatch(/^ARG BASE_IMAGE=public\.ecr\.aws\/lambda\/nodejs:24$/m);
    expect(readdirSync(root).toSorted()).toEqual(["handler", "index.mjs", "report.html"]);
    expect(readdirSync(join(root, "handler")).toSorted()).toEqual(parts.toSorted());
  });

  test("has no operation of the SDK that nothing calls", () => {
    const files = ["index.mjs", ...parts.map((name) => `handler/${name}`)];
    const text = files.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
    expect(text).toContain('"ListAgentRuntimes"');
    expect(text).not.toContain('"CreateAgentRuntime"');
    expect(text.length).toBeLessThan(1.25 * MEGABYTE);
  });

  const handlerName = /^CMD \["([\w.]+)"\]$/m.exec(finalStage)?.[1] ?? "";

  test("answers with the summary", async () => {
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

  test("answers several invocations", async () => {
    await using simulator = await startSimulator(account());
    await using runtime = await startRuntime(root, handlerName, { ...simulator.env, ...REAL });
    expect(await runtime.invoke({ dryRun: true })).toMatchObject({
      body: { images: { unused: 1 } },
    });
    expect(await runtime.invoke({})).toMatchObject({ body: { images: { deleted: 1 } } });
    expect(await runtime.invoke({})).toMatchObject({ body: { images: { total: 0 } } });
  });

  test("writes its report into the store, with its own page", async () => {
    const simulated = createAccount({
      buckets: [BUCKET],
      repositories: { "shop/api": enabled([old("v1")]) },
    });
    await using simulator = await startSimulator(simulated);
    const env = { ...simulator.env, ...REAL, STORE };
    await using runtime = await startRuntime(root, handlerName, env);
    const { body } = await runtime.invoke({});
    const { page } = reportOf(simulated, body as Summary);
    expect(page?.images.map((row) => row.slice(0, 3))).toEqual([[0, "v1", digestOf("v1")]]);
  });

  test("reports the type and the message of an error to Lambda", async () => {
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

  test("ends before the deadline of Lambda, and says that the timeout is too short", async () => {
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

/** Runs the command line, and returns the text of every file that Node loaded for it. */
async function load(args: readonly string[], env: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "loaded-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const list = join(folder, "list");
  const hook = `
    import { registerHooks } from "node:module";
    import { appendFileSync } from "node:fs";
    registerHooks({
      load(url, context, next) {
        appendFileSync(${JSON.stringify(list)}, url + " ");
        return next(url, context);
      },
    });`;
  const imported = `data:text/javascript,${encodeURIComponent(hook)}`;
  const run = execute(process.execPath, ["--import", imported, "dist/cli.mjs", ...args], { env });
  const status: unknown = await run.then(
    () => 0,
    ({ code }: { code: unknown }) => code,
  );
  const urls = readFileSync(list, "utf8").split(" ");
  const files = urls.filter((url) => url.startsWith("file:"));
  return { status, code: files.map((url) => readFileSync(new URL(url), "utf8")).join("\n") };
}

describe("the bundled command line", () => {
  test("makes a run against AWS_ENDPOINT_URL", async () => {
    await using simulator = await startSimulator(account());
    const env = { ...simulator.env, ...REAL };
    const { stdout } = await execute(process.execPath, ["dist/cli.mjs", "--json"], { env });
    expect(JSON.parse(stdout)).toMatchObject({ images: { deleted: 1 }, failures: [] });
    expect(remaining(simulator.account, "shop/api")).toEqual([]);
  });

  const CLIENTS = /AmazonEC2ContainerRegistry|AmazonEC2ContainerServiceV|AWSLambda/;
  const SPINNER = /dots12/;
  const TABLES = /top-left/;

  test.for([
    { args: ["--help"], status: 0 },
    { args: ["--version"], status: 0 },
    { args: ["--wrong"], status: 1 },
    { args: ["--yes"], status: 1 },
  ])("loads no AWS client, no spinner and no tables for $args", async ({ args, status }) => {
    const loaded = await load(args, {});
    expect(loaded.status).toBe(status);
    for (const part of [CLIENTS, SPINNER, TABLES]) expect(part.test(loaded.code)).toBe(false);
  });

  test("loads the clients of those services that a run reads, and no others", async () => {
    await using simulator = await startSimulator(account());
    const { code } = await load([], { ...simulator.env, IN_USE_SOURCES: "ecs" });
    const has = (text: string) => code.includes(text);
    expect(["AmazonEC2ContainerServiceV", "AWSLambda", "top-left"].filter(has)).toEqual([
      "AmazonEC2ContainerServiceV",
      "top-left",
    ]);
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
