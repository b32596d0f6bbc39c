import { describe, expect, test } from "vitest";

import packageJson from "../../package.json" with { type: "json" };
import { createHeading } from "../../src/terminal/heading.ts";
import { run, runForPeople } from "../make-run.ts";
import { createAccount } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { shop } from "./shop.ts";

const surroundings = {
  region: "eu-west-1",
  credentials: "profile production",
  sources: ["ECS", "Lambda", "EventBridge Scheduler", "Step Functions", "CodeBuild"],
};

describe("the first lines", () => {
  test("name version, account, Region, credentials and sources, in 60 columns", () => {
    let text = "";
    const heading = createHeading((more) => (text += more), 60);
    heading.onStart?.(surroundings);
    expect(text).toBe("");
    heading.onAccount?.("123456789012");
    heading.onStart?.(surroundings);
    heading.onAccount?.("123456789012");
    heading.finish();
    expect(text).toBe(`aws-ecr-cleaner ${packageJson.version}
Account      123456789012, eu-west-1
Credentials  profile production
Reads        ECS, Lambda, EventBridge Scheduler, Step
             Functions, CodeBuild

`);
  });

  test("come without an account if a run ends before ECR names it", async () => {
    await using simulator = await startSimulator(shop(), { isAllowed: () => false });
    const { exitCode, stdout } = await runForPeople(simulator);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Account      not known, eu-west-1\n");
    expect(stdout).toContain("Failed: ");
  });

  test("name the account of a registry without repositories", async () => {
    await using simulator = await startSimulator(createAccount());
    const { stdout } = await runForPeople(simulator);
    expect(stdout).toContain("Account      123456789012, eu-west-1\n");
  });

  test("come once, before the question", async () => {
    await using simulator = await startSimulator(shop());
    const { stdout } = await runForPeople(simulator, ["--delete"], {}, { ask: async () => true });
    expect(stdout.match(/^Account/gm)).toHaveLength(1);
  });

  test("do not come with --json", async () => {
    await using simulator = await startSimulator(shop());
    const { stdout, stderr } = await run(simulator, ["--json"]);
    expect(stdout).not.toContain("Account");
    expect(stderr).not.toContain("Account");
  });
});
