import { execFile, execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import packageJson from "../package.json" with { type: "json" };
import { createAccount, enabled, old, remaining } from "./simulator/account.ts";
import { startSimulator } from "./simulator/simulator.ts";

const execute = promisify(execFile);
const root = mkdtempSync(join(tmpdir(), "npm-package-"));
const home = join(root, "home");
const command = join(home, "node_modules/.bin/aws-ecr-cleaner");
const installed = join(home, "node_modules/aws-ecr-cleaner");

/** Runs npm as on a machine without network: with an empty cache, and nowhere to fetch from. */
function npm(cwd: string, ...args: string[]): string {
  const offline = ["--offline", "--registry=http://127.0.0.1:9", "--cache", join(root, "cache")];
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  return execFileSync("npm", [...args, ...offline, ...quiet], { cwd, encoding: "utf8" });
}

function run(...args: string[]) {
  return spawnSync(process.execPath, [command, ...args], { cwd: home, encoding: "utf8" });
}

beforeAll(() => {
  const folder = join(root, "package");
  execFileSync(process.execPath, ["scripts/package.ts", folder]);
  npm(root, "pack", folder);
  mkdirSync(home);
  npm(home, "install", join(root, `aws-ecr-cleaner-${packageJson.version}.tgz`));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

describe("the npm package", () => {
  test("installs without network, and installs nothing else", () => {
    const names = readdirSync(join(home, "node_modules")).filter((name) => !name.startsWith("."));
    expect(names).toEqual(["aws-ecr-cleaner"]);
  });

  test("has the bundle, the report's page, the policy and nothing else", () => {
    const files = readdirSync(installed, { recursive: true, encoding: "utf8" });
    const isPart = (name: string) => /^dist\/(?:cli|handler)\//.test(name);
    expect(files.filter((name) => !isPart(name)).toSorted()).toEqual(
      [
        "LICENSE",
        "README.md",
        "dist",
        "dist/cli",
        "dist/cli.mjs",
        "dist/handler",
        "dist/index.mjs",
        "dist/report.html",
        "iam-policy.json",
        "package.json",
      ].toSorted(),
    );
    const parts = files.filter(isPart);
    expect(parts.length).toBeGreaterThan(0);
    const built = ["cli", "handler"].flatMap((folder) =>
      readdirSync(`dist/${folder}`).map((name) => `dist/${folder}/${name}`),
    );
    expect(parts.toSorted()).toEqual(built.filter((name) => name.endsWith(".mjs")).toSorted());
  });

  test("asks npm for no dependency, and runs no script at its installation", () => {
    const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    const { name, version, license, engines, bin } = packageJson;
    expect(manifest).toMatchObject({ name, version, license, engines, bin });
    expect(Object.keys(manifest)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/dependencies|^scripts$|^private$/i)]),
    );
  });

  test("names the repository whose release it is", () => {
    const folder = join(root, "released");
    const address = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "OWNER/cleaner" };
    execFileSync(process.execPath, ["scripts/package.ts", folder], { env: address });
    const { repository } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    expect(repository).toEqual({ type: "git", url: "git+https://github.com/OWNER/cleaner.git" });
  });

  test("prints its version and its help", () => {
    expect(run("--version")).toMatchObject({ status: 0, stdout: `${packageJson.version}\n` });
    expect(run("--help")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("DEFAULT_KEEP_DAYS"),
    });
  });

  test("makes a dry run, and writes its report", async () => {
    const account = createAccount({ repositories: { "shop/api": enabled([old("v1")]) } });
    await using simulator = await startSimulator(account);
    const { stdout } = await execute(process.execPath, [command, "--report", "report.html"], {
      cwd: home,
      env: { ...simulator.env, ALLOW_EMPTY_IN_USE: "true" },
    });
    expect(stdout).toContain("A real run would delete 1 image");
    expect(remaining(account, "shop/api")).toEqual(["v1"]);
    expect(readFileSync(join(home, "report.html"), "utf8")).toContain("shop/api");
  });

  test("exports the handler for Lambda, and the policy for its role", () => {
    const script = `
      import policy from "aws-ecr-cleaner/iam-policy.json" with { type: "json" };
      import { handler } from "aws-ecr-cleaner";
      console.log(typeof handler, policy.Statement.length > 0);`;
    const args = ["--input-type=module", "--eval", script];
    expect(execFileSync(process.execPath, args, { cwd: home, encoding: "utf8" })).toBe(
      "function true\n",
    );
  });
});
