import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import packageJson from "../package.json" with { type: "json" };

const run = (command: string, ...args: string[]) => spawnSync(command, args, { encoding: "utf8" });

describe("release notes", () => {
  test("are the section of the version in the changelog", () => {
    const { stdout, status } = run(
      process.execPath,
      "scripts/release-notes.ts",
      packageJson.version,
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^### Added\n\n- /);
    expect(stdout).not.toMatch(/^## /m);
  });

  test("are refused for a version that the changelog does not have", () => {
    const { stderr, status } = run(process.execPath, "scripts/release-notes.ts", "99.0.0");
    expect(status).toBe(1);
    expect(stderr).toContain('CHANGELOG.md says nothing of version "99.0.0"');
  });
});

describe.skipIf(run("python3", "--version").status !== 0)("a release", () => {
  const existed = existsSync("release");
  afterAll(() => {
    if (!existed) rmSync("release", { recursive: true, force: true });
  });

  test("has the bundles, the npm package, the templates, the policy, the SBOM and their checksums", () => {
    const { status, stderr } = run("bash", "scripts/pack-release");
    expect(stderr).not.toContain("Error");
    expect(status).toBe(0);
    const name = `aws-ecr-cleaner-v${packageJson.version}`;
    const files = readdirSync("release");
    expect(files.toSorted()).toEqual(
      [
        "SHA256SUMS",
        `aws-ecr-cleaner-${packageJson.version}.tgz`,
        `${name}-cli.zip`,
        `${name}-lambda.zip`,
        "evidence-role.yaml",
        "iam-policy.json",
        "sbom.cdx.json",
        "template.yaml",
      ].toSorted(),
    );
    const sums = readFileSync("release/SHA256SUMS", "utf8").trim().split("\n");
    expect(sums).toHaveLength(files.length - 1);
    for (const line of sums) {
      const [sum = "", file = ""] = line.split("  ");
      const content = readFileSync(join("release", file));
      expect(createHash("sha256").update(content).digest("hex")).toBe(sum);
    }
    const listed = (zip: string) =>
      run("python3", "-m", "zipfile", "-l", `release/${name}-${zip}.zip`)
        .stdout.split("\n")
        .slice(1)
        .map((line) => line.split(" ")[0])
        .filter(Boolean);
    const filesOf = (entry: string, parts: string, folder: string) => {
      const files = readdirSync(`dist/${parts}`).filter((part) => part.endsWith(".mjs"));
      const inside = files.map((file) => `${parts}/${file}`);
      return [entry, `${parts}/`, ...inside, "report.html"].map((file) => folder + file);
    };
    expect(new Set(listed("lambda"))).toEqual(new Set(filesOf("index.mjs", "handler", "")));
    expect(new Set(listed("cli"))).toEqual(
      new Set(["dist/", ...filesOf("cli.mjs", "cli", "dist/")]),
    );
    const sbom = JSON.parse(readFileSync("release/sbom.cdx.json", "utf8"));
    const components = sbom.components.map((component: { name: string }) => component.name);
    expect(components).toContain("@aws-sdk/client-ecr");
    expect(components).not.toContain("vitest");
  });
});
