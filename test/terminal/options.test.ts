import { describe, expect, test } from "vitest";

import packageJson from "../../package.json" with { type: "json" };
import { SETTINGS } from "../../src/settings/settings.ts";
import { run, runWith } from "../make-run.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { shop } from "./shop.ts";

describe("the command line", () => {
  test("prints the options and every setting with --help", async () => {
    const { exitCode, stdout } = await runWith({}, ["--help"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("--json");
    for (const { name } of SETTINGS) expect(stdout).toContain(name);
  });

  test.for([60, 79, 80, 120])("fits its help into %i columns", async (columns) => {
    const { stdout } = await runWith({}, ["--help"], { columns });
    const longest = Math.max(...stdout.split("\n").map(({ length }) => length));
    expect(longest).toBeLessThanOrEqual(columns);
    expect(longest).toBeGreaterThan(columns - 12);
  });

  test("prints its version with --version", async () => {
    expect(await runWith({}, ["--version"])).toMatchObject({
      exitCode: 0,
      stdout: `${packageJson.version}\n`,
    });
  });

  test.for([["--jsno"], ["surplus"]])("refuses %s", async (args) => {
    const { exitCode, stdout, stderr } = await runWith({}, args);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(new RegExp(`^error: .*(${args[0]}|too many arguments)`));
    expect(stderr).toContain("Run aws-ecr-cleaner --help to see every option.\n");
  });
});

test("the command line refuses --yes without --delete", async () => {
  await using simulator = await startSimulator(shop());
  const { exitCode, stderr } = await run(simulator, ["--yes"]);
  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    "error: --yes is for --delete: add --delete, or leave out --yes.\n" +
      "Run aws-ecr-cleaner --help to see every option.\n",
  );
});
