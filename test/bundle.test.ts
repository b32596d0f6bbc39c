import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createAccount, enabled, old, remaining } from "./simulator/account.ts";
import { startSimulator } from "./simulator/simulator.ts";

const MEGABYTE = 1_000_000;

const execute = promisify(execFile);
const account = () => createAccount({ repositories: { "shop/api": enabled([old("v1")]) } });

describe("the Lambda image", () => {
  const root = mkdtempSync(join(tmpdir(), "lambda-image-"));
  const dockerfile = readFileSync("Dockerfile", "utf8");
  const finalStage = dockerfile.slice(dockerfile.lastIndexOf("FROM "));

  beforeAll(() => {
    for (const [, from = "", to = ""] of finalStage.matchAll(/^COPY --from=build (\S+) (\S+)$/gm)) {
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
    const instructions = finalStage
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0]);
    expect(instructions).toEqual(["FROM", "COPY", "CMD"]);
    expect(finalStage).toMatch(/^FROM public\.ecr\.aws\/lambda\/nodejs:24$/m);
    expect(readdirSync(root)).toEqual(["index.mjs"]);
  });

  test("is under 1 MB", () => {
    expect(statSync(join(root, "index.mjs")).size).toBeLessThan(MEGABYTE);
  });

  test("runs the handler that CMD names, from there alone", async () => {
    const [, module = "", name = ""] = /^CMD \["(\w+)\.(\w+)"\]$/m.exec(finalStage) ?? [];
    await using simulator = await startSimulator(account());
    const script = `
      const { ${name} } = await import("./${module}.mjs");
      process.stderr.write(JSON.stringify(await ${name}({}, {})));
    `;
    const env = { ...simulator.env, DRY_RUN: "false", ALLOW_EMPTY_IN_USE: "true" };
    const { stderr, stdout } = await execute(process.execPath, ["--eval", script], {
      cwd: root,
      env,
    });
    expect(JSON.parse(stderr)).toMatchObject({ complete: true, images: { deleted: 1 } });
    expect(stdout).toContain('"message":"Found unused image, removing"');
    expect(remaining(simulator.account, "shop/api")).toEqual([]);
  });
});

describe("the bundled command line", () => {
  test("makes a run against AWS_ENDPOINT_URL", async () => {
    await using simulator = await startSimulator(account());
    const env = { ...simulator.env, DRY_RUN: "false", ALLOW_EMPTY_IN_USE: "true" };
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
