import { describe, expect, test } from "vitest";

import { app } from "../../accounts.ts";
import { run } from "../../make-run.ts";
import { type AccountParts, createAccount, enabled, old } from "../../simulator/account.ts";
import { startSimulator } from "../../simulator/simulator.ts";
import { type Case, scan } from "../scan-account.ts";

describe("the App Runner source", () => {
  test.for<Case>([
    {
      name: "reports services in every state except deleted",
      appRunnerServices: {
        running: { status: "RUNNING", image: app("v1") },
        paused: { status: "PAUSED", image: app("v2") },
        deleted: { status: "DELETED", image: app("v3") },
        failed: { status: "CREATE_FAILED", image: app("v4") },
        source: { status: "RUNNING" },
      },
      expected: ["v1", "v2", "v4"],
    },
    {
      name: "reports a service even if AWS does not list the Region",
      appRunnerRegions: [],
      appRunnerServices: { running: { status: "RUNNING", image: app("v1") } },
      expected: ["v1"],
    },
  ])("$name", async ({ expected, ...parts }) => {
    const { inUse } = await scan(parts);
    expect(inUse).toEqual(expected);
  });
});

describe("if the host name of App Runner does not resolve", () => {
  const runWithout = async (parts: AccountParts, isAllowed = (_action: string) => true) => {
    const account = createAccount({
      repositories: { app: enabled([old("v1")]) },
      appRunnerServices: { landing: { status: "RUNNING", image: app("v1") } },
      ...parts,
    });
    await using simulator = await startSimulator(account, { isAllowed });
    const env = simulator.envWithout("apprunner");
    return await run({ ...simulator, env }, ["--json"]);
  };

  test("the run continues without App Runner if AWS does not list the Region", async () => {
    const { exitCode, stdout, entries } = await runWithout({ appRunnerRegions: ["us-east-1"] });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).inUse.sources).toContainEqual(
      expect.objectContaining({ id: "app-runner", status: "not-available" }),
    );
    expect(entries.map(({ message }) => message)).toContain(
      "App Runner not available in this region",
    );
  });

  test("the run continues if AWS refuses to list the Regions, as in most Regions", async () => {
    const { exitCode } = await runWithout({}, (action) => action !== "ssm:GetParametersByPath");
    expect(exitCode).toBe(0);
  });

  test("the run fails if AWS lists the Region, because the network must be at fault", async () => {
    const { exitCode, stdout } = await runWithout({});
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).failures).toEqual([expect.objectContaining({ code: "ENOTFOUND" })]);
  });
});
