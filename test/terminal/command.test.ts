import { describe, expect, test, vi } from "vitest";

import packageJson from "../../package.json" with { type: "json" };
import { SETTINGS } from "../../src/settings/settings.ts";
import { run, runWith } from "../make-run.ts";
import { createAccount, enabled, old } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

const account = () => createAccount({ repositories: { "shop/api": enabled([old("v1")]) } });

describe("the command line", () => {
  test("prints a table, and log lines on stderr", async () => {
    await using simulator = await startSimulator(account());
    const { exitCode, stdout, entries } = await run(simulator);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("shop/api");
    expect(stdout).toContain("Dry run: nothing was deleted.");
    expect(entries[0]).toMatchObject({
      level: "INFO",
      message: "Starting",
      region: "eu-west-1",
      dryRun: true,
      defaultPolicy: { keepDays: 30 },
      logLevel: "INFO",
    });
  });

  test("with --json prints one JSON document to stdout and nothing else", async () => {
    await using simulator = await startSimulator(account());
    const { exitCode, stdout } = await run(simulator, ["--json"]);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, images: { total: 1, unused: 1 } });
  });

  test("heeds the log level", async () => {
    await using simulator = await startSimulator(account());
    expect((await run(simulator, [], { BOX_LOG: "ERROR" })).stderr).toBe("");
  });

  test("warns of a wrong setting and goes on", async () => {
    await using simulator = await startSimulator(account());
    const { exitCode, entries } = await run(simulator, [], { DEFAULT_KEEP_DAYS: "a month" });
    expect(exitCode).toBe(0);
    expect(entries[0]).toMatchObject({
      level: "WARN",
      reason: expect.stringContaining('DEFAULT_KEEP_DAYS is "a month"'),
    });
  });

  test("--help tells the options and every setting", async () => {
    const { exitCode, stdout } = await runWith({}, ["--help"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("--json");
    for (const { name } of SETTINGS) expect(stdout).toContain(name);
  });

  test("--version tells the version", async () => {
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
  });
});

describe("the Region and the credentials of the environment:", () => {
  test("one sentence and exit code 1 without a Region", async () => {
    vi.stubEnv("AWS_REGION", undefined);
    const { exitCode, stdout, stderr } = await runWith({}, ["--json"]);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toBe(
      "aws-ecr-cleaner: No AWS Region is set: set AWS_REGION, or a region in the AWS profile in use.\n",
    );
  });

  test("AWS_DEFAULT_REGION is a Region, too", async () => {
    await using simulator = await startSimulator(account());
    const { AWS_REGION: region = "", ...env } = simulator.env;
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    vi.stubEnv("AWS_REGION", undefined);
    expect((await runWith({ AWS_DEFAULT_REGION: region })).entries[0]).toMatchObject({
      message: "Starting",
      region,
    });
  });

  test("one sentence and exit code 1 without credentials", async () => {
    vi.stubEnv("AWS_REGION", "eu-west-1");
    const { exitCode, stderr } = await runWith({});
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^aws-ecr-cleaner: No AWS credentials were found: .*\n$/);
  });
});
