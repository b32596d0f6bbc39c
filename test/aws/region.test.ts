import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test, vi } from "vitest";

import { runWith } from "../make-run.ts";
import { createAccount } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

const folder = mkdtempSync(join(tmpdir(), "profiles-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Settings that the SDK reads too. */
function stub(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  vi.stubEnv("AWS_REGION", undefined);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  return env;
}

/** A file of its own for each text: the SDK reads each path once. */
function profile(text: string): string {
  const path = join(folder, `config-${text.length}`);
  writeFileSync(path, text);
  return path;
}

const KEYS = { AWS_ACCESS_KEY_ID: "simulated", AWS_SECRET_ACCESS_KEY: "simulated" };

describe("the command line", () => {
  test.for([
    { AWS_REGION: "eu west 1" },
    { AWS_REGION: "EU-WEST-1" },
    { AWS_REGION: "", AWS_DEFAULT_REGION: "eu_west_1" },
  ])("quotes an invalid Region: %j", async (env) => {
    const { exitCode, stderr } = await runWith(stub({ ...KEYS, ...env }));
    const [name, value] = Object.entries(env).at(-1) ?? [];
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `aws-ecr-cleaner: ${name} is "${value}", which is not the name of an AWS Region: set one such as eu-west-1.\n`,
    );
  });

  test.for([
    {
      text: "",
      message: 'No AWS Region is set: the AWS profile "prod" has none, or does not exist',
    },
    {
      text: "[profile prod]\nregion = eu west 1\n",
      message: 'The region of the AWS profile "prod" is "eu west 1", which is not the name',
    },
  ])("names the profile: $message", async ({ text, message }) => {
    const env = stub({ ...KEYS, AWS_PROFILE: "prod", AWS_CONFIG_FILE: profile(text) });
    const { exitCode, stderr } = await runWith(env);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
  });

  test("names a Region whose ECR does not resolve, without a call", async () => {
    await using simulator = await startSimulator(createAccount());
    const env = stub({ ...simulator.envWithout("ecr"), AWS_REGION: "eu-west-99" });
    const { exitCode, stdout, stderr } = await runWith(env);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      /^aws-ecr-cleaner: Cannot find ECR in the AWS Region "eu-west-99": the host name \S+ does not resolve \(E\w+\)\. Check .*\n$/,
    );
    expect(simulator.calls).toEqual([]);
  });
});
