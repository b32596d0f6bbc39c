import { describe, expect, test, vi } from "vitest";

import { runWith, useSimulator } from "../make-run.ts";
import { createAccount } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

describe("the command line", () => {
  test("exits with 1 and one sentence without a Region", async () => {
    vi.stubEnv("AWS_REGION", undefined);
    const { exitCode, stdout, stderr } = await runWith({}, ["--json"]);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toBe(
      "aws-ecr-cleaner: No AWS Region is set: set AWS_REGION, or a region in the AWS profile in use.\n",
    );
  });

  test("takes the Region from AWS_DEFAULT_REGION, too", async () => {
    await using simulator = await startSimulator(createAccount());
    const { AWS_REGION: region = "", ...env } = simulator.env;
    useSimulator({ env });
    vi.stubEnv("AWS_REGION", undefined);
    expect(
      (await runWith({ AWS_DEFAULT_REGION: region, BOX_LOG: "INFO" })).entries[0],
    ).toMatchObject({
      message: "Starting",
      region,
    });
  });

  test("exits with 1 and one sentence without credentials", async () => {
    vi.stubEnv("AWS_REGION", "eu-west-1");
    const { exitCode, stderr } = await runWith({});
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^aws-ecr-cleaner: No AWS credentials were found: .*\n$/);
  });
});
