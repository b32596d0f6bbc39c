import { describe, expect, test } from "vitest";

import { app } from "../../accounts.ts";
import { run } from "../../make-run.ts";
import { type AccountParts, createAccount, enabled, old } from "../../simulator/account.ts";
import { startSimulator } from "../../simulator/simulator.ts";
import { type Case, scan } from "../scan-account.ts";

describe("a scan sees", () => {
  test.for<Case>([
    {
      name: "App Runner services in any state but deleted",
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
      name: "an App Runner service, whatever the published list of Regions says",
      appRunnerRegions: [],
      appRunnerServices: { running: { status: "RUNNING", image: app("v1") } },
      expected: ["v1"],
    },
  ])("$name", async ({ expected, ...parts }) => {
    const { inUse } = await scan(parts);
    expect(inUse).toEqual(expected);
  });
});

describe("App Runner's host name does not resolve", () => {
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

  test("and AWS does not list the Region: App Runner is not available, and the run goes on", async () => {
    const { exitCode, stdout, entries } = await runWithout({ appRunnerRegions: ["us-east-1"] });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).inUse.sources).toContainEqual(
      expect.objectContaining({ id: "app-runner", status: "not-available" }),
    );
    expect(entries.map(({ message }) => message)).toContain(
      "App Runner not available in this region",
    );
  });

  test("and AWS refuses to list Regions, as in most Regions: the run goes on", async () => {
    const { exitCode } = await runWithout({}, (action) => action !== "ssm:GetParametersByPath");
    expect(exitCode).toBe(0);
  });

  test("though AWS lists the Region: the network is at fault, and the run fails", async () => {
    const { exitCode, stdout } = await runWithout({});
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).failures).toEqual([expect.objectContaining({ code: "ENOTFOUND" })]);
  });
});
