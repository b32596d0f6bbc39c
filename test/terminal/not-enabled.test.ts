import { describe, expect, test } from "vitest";

import { run, runForPeople } from "../make-run.ts";
import {
  REGISTRY,
  createAccount,
  enabled,
  image,
  old,
  remaining,
  repository,
} from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

const ARN = "arn:aws:ecr:eu-west-1:123456789012:repository/shop/old";

/** `shop/old` is not enabled, and two of its images are unused. */
const account = () =>
  createAccount({
    repositories: {
      "shop/api": enabled([old("v1")]),
      "shop/old": repository([old("v1"), old("v2"), old("v3"), image("v4")]),
      "shop/odd": repository([old("v1")], { BoxCleanerEnabled: "True" }),
    },
    functions: { mailer: `${REGISTRY}/shop/old:v3` },
  });

const yes = async () => true;

describe("a repository that is not enabled never loses an image:", () => {
  test.for([
    { args: ["--repository", "shop/old"], settings: { DRY_RUN: "false" }, code: 1 },
    { args: ["--repository", "shop/old", "--delete", "--yes"], settings: {}, code: 1 },
    {
      args: ["--repository", "shop/old", "--delete", "--yes"],
      settings: { DRY_RUN: "false" },
      code: 1,
    },
    {
      args: ["--repository", "shop/old", "--delete", "--yes", "--json"],
      settings: { MAX_DELETE_PERCENT: "100", DEFAULT_KEEP_DAYS: "0" },
      code: 1,
    },
    { args: ["--repository", ARN, "--delete", "--yes"], settings: {}, code: 1 },
    { args: ["--repository", `${REGISTRY}/shop/old`, "--delete", "--yes"], settings: {}, code: 1 },
    { args: ["--repository", "shop/old", "--delete"], settings: {}, ask: yes, code: 1 },
    { args: ["--repository", "shop/odd", "--delete"], settings: {}, ask: yes, code: 1 },
    {
      args: ["--repository", "shop/old", "--repository", "shop/api", "--delete"],
      settings: {},
      ask: yes,
      code: 1,
    },
    {
      args: ["--repository", "shop/old", "--delete", "--yes"],
      settings: { IN_USE_EVIDENCE: "original" },
      code: 1,
    },
    {
      args: ["--repository", "shop/old", "--repository", "shop/api", "--delete", "--yes"],
      settings: {},
      code: 1,
    },
    { args: ["--explain", "shop/old"], settings: { DRY_RUN: "false" }, code: 0 },
    { args: ["--list", "--repository", "shop/old"], settings: { DRY_RUN: "false" }, code: 0 },
    { args: ["--repository", "shop/old"], settings: {}, code: 0 },
  ])("$args with $settings exits with $code", async ({ args, settings, ask, code }) => {
    await using simulator = await startSimulator(account());
    const { exitCode } = await run(simulator, args, settings, ask ? { ask } : {});
    expect(exitCode).toBe(code);
    expect(simulator.callsOf("ecr:BatchDeleteImage")).toEqual([]);
    expect(remaining(simulator.account, "shop/old")).toEqual(["v1", "v2", "v3", "v4"]);
    expect(remaining(simulator.account, "shop/api")).toEqual(["v1"]);
  });
});

describe("--repository with one that is not enabled", () => {
  test("shows what enabling it would delete, and the command that enables it", async () => {
    await using simulator = await startSimulator(account());
    const { stdout, stderr } = await runForPeople(simulator, ["--repository", "shop/old"]);
    expect(stderr).toBe("");
    expect(stdout).toContain(`shop/old         4  400.0 MB       2  200.0 MB     2  200.0 MB
  not enabled
  largest: v1 (100.0 MB), v2 (100.0 MB)`);
    expect(stdout).toContain(`Dry run, since shop/old is not enabled: nothing was deleted.
Once enabled, a real run would delete 2 images, up to 200 MB ($0.02 a month).
To enable:
  aws ecr tag-resource --region eu-west-1 \\
    --tags Key=BoxCleanerEnabled,Value=true \\
    --resource-arn ${ARN}
`);
  });

  test("says that a deletion has deleted nothing", async () => {
    await using simulator = await startSimulator(account());
    const args = ["--repository", "shop/old", "--delete", "--yes"];
    const { stderr } = await runForPeople(simulator, args);
    expect(stderr).toBe("aws-ecr-cleaner: Nothing was deleted, since shop/old is not enabled.\n");
  });

  test("names it in the summary, which else has no such field", async () => {
    await using simulator = await startSimulator(account());
    const named = await run(simulator, ["--json", "--repository", "shop/old"]);
    expect(JSON.parse(named.stdout)).toMatchObject({
      dryRun: true,
      repositories: { enabled: 0, notEnabled: ["shop/old"] },
      images: { unused: 2 },
    });
    const others = JSON.parse((await run(simulator, ["--json"])).stdout);
    expect(others.repositories).not.toHaveProperty("notEnabled");
  });
});

describe("--repository takes what --explain takes:", () => {
  test.for(["shop/api", ARN.replace("old", "api"), `${REGISTRY}/shop/api`])("%s", async (name) => {
    await using simulator = await startSimulator(account());
    const { exitCode } = await run(simulator, ["--delete", "--yes", "--repository", name]);
    expect(exitCode).toBe(0);
    expect(remaining(simulator.account, "shop/api")).toEqual([]);
  });

  test.for([
    { name: "shop/api:v1", message: '--repository "shop/api:v1" names an image: give the' },
    { name: "arn:aws:ecs:eu-west-1:1:x", message: "names no repository" },
    { name: "Shop", message: '--repository "Shop" names no repository' },
    {
      name: ARN.replace("eu-west-1", "us-east-1"),
      message: "names a repository of the account 123456789012 in us-east-1",
    },
    {
      name: ARN.replace("old", "none").replace("eu-west-1", "us-east-1"),
      message: "and this run reads the registry in eu-west-1",
    },
    {
      name: `${REGISTRY.replace("123456789012", "210987654321")}/shop/api`,
      message: "and this run reads the registry of the account 123456789012 in eu-west-1",
    },
  ])("but not $name", async ({ name, message }) => {
    await using simulator = await startSimulator(account());
    const { exitCode, stderr } = await run(simulator, ["--delete", "--yes", "--repository", name], {
      BOX_LOG: "SILENT",
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(remaining(simulator.account, "shop/api")).toEqual(["v1"]);
  });
});
