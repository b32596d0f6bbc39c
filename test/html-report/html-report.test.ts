import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import packageJson from "../../package.json" with { type: "json" };
import { many } from "../accounts.ts";
import { run } from "../make-run.ts";
import { createAccount, enabled, old } from "../simulator/account.ts";
import { ServiceError } from "../simulator/operation.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { shop } from "../terminal/shop.ts";
import { dataIn } from "./page-data.ts";

describe("--report", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "report-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const dataOf = (file: string) => dataIn(readFileSync(file, "utf8"));

  test("writes one file with the verdict of every image", async () => {
    await using simulator = await startSimulator(shop());
    const file = join(folder, "report.html");
    const { exitCode, stdout } = await run(simulator, ["--report", file]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Dry run");
    const { summary, repositories, images, pricePerGBMonth } = dataOf(file);
    expect(summary.images.total).toBe(4);
    expect(pricePerGBMonth).toBe(0.1);
    const rows = images.map(([repository, tags, , , bytes, ...result]) => [
      repositories[repository]?.repository,
      tags,
      bytes,
      ...result,
    ]);
    expect(rows).toEqual([
      ["api", "v1", 100_000_000, "delete", ""],
      ["api", "v2", 100_000_000, "too-young", ""],
      ["api", "v3", 100_000_000, "in-use", "Lambda function mailer, version $LATEST"],
      ["web", "v1", 100_000_000, "delete", ""],
    ]);
  });

  test("names the account, the Region, the version, the settings in force and what was read", async () => {
    const account = createAccount({
      repositories: { api: enabled([old("v1")], { BoxCleanerKeepDays: "60", team: "a" }) },
    });
    await using simulator = await startSimulator(account);
    const file = join(folder, "report.html");
    await run(simulator, ["--report", file, "--repository", "api"], { IN_USE_SOURCES: "ecs" });
    const { settings, repositories, summary, neverRead, ...data } = dataOf(file);
    expect(data).toMatchObject({
      account: "123456789012",
      region: "eu-west-1",
      version: packageJson.version,
      onlyRepositories: ["api"],
    });
    expect(settings).toContainEqual({ name: "DRY_RUN", value: "true", isDefault: true });
    expect(settings).toContainEqual({ name: "IN_USE_SOURCES", value: "ecs", isDefault: false });
    expect(repositories[0]?.settings).toEqual({ BoxCleanerKeepDays: "60" });
    expect(summary.inUse.sources.map(({ id }) => id)).toEqual(["ecs"]);
    expect(neverRead.join()).toContain("Kubernetes");
  });

  test("writes each of 2,500 images once", async () => {
    const account = createAccount({ repositories: { api: enabled(many(2500)) } });
    await using simulator = await startSimulator(account);
    const file = join(folder, "report.html");
    await run(simulator, ["--report", file]);
    const tags = dataOf(file).images.map(([, tag]) => tag);
    expect(tags.toSorted()).toEqual(
      many(2500)
        .flatMap((each) => [...each.tags])
        .toSorted(),
    );
  });

  test("has no image if no repository is enabled", async () => {
    await using simulator = await startSimulator(createAccount());
    const file = join(folder, "report.html");
    await run(simulator, ["--report", file]);
    const registry = { account: "123456789012", region: "eu-west-1" };
    expect(dataOf(file)).toMatchObject({ ...registry, images: [] });
  });

  test("escapes a tag that would end the script element of the data", async () => {
    const evil = createAccount({
      repositories: { api: enabled([old("x", { tags: "</script><script>alert(1)" })]) },
    });
    await using simulator = await startSimulator(evil);
    const file = join(folder, "report.html");
    await run(simulator, ["--report", file]);
    expect(dataOf(file).images[0]?.[1]).toBe("</script><script>alert(1)");
  });

  test("writes the report after the deletion, not before the question", async () => {
    await using simulator = await startSimulator(shop());
    const file = join(folder, "report.html");
    const ask = async () => {
      expect(readFileSync(file, "utf8")).toBe("");
      return true;
    };
    await run(simulator, ["--delete", "--report", file], {}, { ask });
    expect(dataOf(file).summary).toMatchObject({ dryRun: false, images: { deleted: 2 } });
  });

  test("leaves out the images of failed repositories", async () => {
    await using simulator = await startSimulator(shop(), {
      before: {
        "ecr:DescribeImages": (_, { repositoryName }) => {
          if (repositoryName === "api") throw new ServiceError("InvalidParameterException", "no");
        },
      },
    });
    const file = join(folder, "report.html");
    expect((await run(simulator, ["--report", file])).exitCode).toBe(1);
    expect(dataOf(file).images).toHaveLength(1);
  });

  test("refuses a file that it cannot write before any deletion", async () => {
    await using simulator = await startSimulator(shop());
    const file = join(folder, "missing", "report.html");
    const { exitCode, stderr } = await run(simulator, ["--delete", "--yes", "--report", file]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^aws-ecr-cleaner: Cannot write the report: ENOENT.*\n$/);
    expect(simulator.calls).toEqual([]);
  });

  test("refuses a folder before any deletion", async () => {
    await using simulator = await startSimulator(shop());
    const args = ["--delete", "--yes", "--report", folder];
    const { exitCode, stderr } = await run(simulator, args);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^aws-ecr-cleaner: Cannot write the report: EISDIR.*\n$/);
    expect(simulator.calls).toEqual([]);
  });

  test("replaces an older report only at the end of the run", async () => {
    await using simulator = await startSimulator(shop());
    const file = join(folder, "report.html");
    writeFileSync(file, "older");
    const ask = async () => {
      expect(readFileSync(file, "utf8")).toBe("older");
      return false;
    };
    await run(simulator, ["--delete", "--report", file], {}, { ask });
    expect(dataOf(file).summary).toMatchObject({ dryRun: true, images: { unused: 2 } });
  });
});
