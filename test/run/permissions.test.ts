import { describe, expect, test } from "vitest";

import policy from "../../iam-policy.json" with { type: "json" };
import { ALLOWED_ACTIONS, ORIGINAL_ACTIONS } from "../iam-policy.ts";
import { run } from "../make-run.ts";
import {
  type Account,
  REGION,
  REGISTRY,
  createAccount,
  enabled,
  old,
  remaining,
} from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

/** An account that makes a run call everything that it can call. */
const fullAccount = () =>
  createAccount({
    repositories: { "shop/api": enabled([old("v1"), old("v2"), old("v3"), old("v4")]) },
    clusters: {
      main: {
        web: { taskDefinition: "web:1", revisions: [[{ image: `${REGISTRY}/shop/api:v1` }]] },
      },
    },
    tasks: { main: [{ containers: [{ image: `${REGISTRY}/shop/api:v1` }] }] },
    taskDefinitions: { "web:1": [`${REGISTRY}/shop/api:v1`] },
    functions: { mailer: `${REGISTRY}/shop/api:v2` },
    appRunnerServices: { landing: { status: "RUNNING", image: `${REGISTRY}/shop/api:v3` } },
    eventBuses: { default: { nightly: { targets: [WEB] } } },
    scheduleGroups: { default: { nightly: { target: WEB } } },
    pipes: {
      fill: { target: WEB.Arn, targetParameters: { EcsTaskParameters: WEB.EcsParameters } },
    },
    stateMachines: { order: { definition: {} } },
  });

/** A target that starts tasks. */
const WEB = {
  Arn: `arn:aws:ecs:${REGION}:123456789012:cluster/main`,
  EcsParameters: { TaskDefinitionArn: "web:1" },
};

/** Only for speed: without it, the run does the same in another way. */
const OPTIONAL = "tag:GetResources";
/** Only needed where the tag index does not help. */
const FALLBACK = "ecr:DescribeRepositories";
/** Only needed in a Region without App Runner, and even there the run does without. */
const REGIONS = "ssm:GetParametersByPath";

describe("iam-policy.json", () => {
  test("allows what full runs call and nothing else", async () => {
    const called = new Set<string>();
    const isAllowed = (action: string) => ALLOWED_ACTIONS.has(action);
    const ways = [
      { parts: {}, hasAppRunner: true },
      { parts: { tagIndex: new Map() }, hasAppRunner: true },
      { parts: { appRunnerRegions: [] }, hasAppRunner: false },
    ];
    for (const { parts, hasAppRunner } of ways) {
      await using simulator = await startSimulator({ ...fullAccount(), ...parts }, { isAllowed });
      const env = hasAppRunner ? simulator.env : simulator.envWithout("apprunner");
      const { exitCode } = await run({ ...simulator, env }, [], { DRY_RUN: "false" });
      expect(exitCode).toBe(0);
      expect(remaining(simulator.account, "shop/api")).toEqual(
        expect.arrayContaining(["v1", "v2"]),
      );
      for (const { action } of simulator.calls) called.add(action);
    }
    expect(called).toEqual(ALLOWED_ACTIONS);
  });

  test("says of every statement what it is for, in letters that IAM takes", () => {
    for (const { Sid } of policy.Statement) expect(Sid).toMatch(/^[A-Za-z0-9]{10,}$/);
  });
});

test("with IN_USE_EVIDENCE=original the original's own policy is enough", async () => {
  await using simulator = await startSimulator(fullAccount(), {
    isAllowed: (action) => ORIGINAL_ACTIONS.has(action),
  });
  const { exitCode, stdout, entries } = await run(simulator, ["--json"], {
    DRY_RUN: "false",
    IN_USE_EVIDENCE: "original",
  });
  expect(exitCode).toBe(0);
  expect(remaining(simulator.account, "shop/api")).toEqual(["v1", "v2", "v3"]);
  expect(JSON.parse(stdout).inUse.evidence).toBe("original");
  expect(entries).toContainEqual(expect.objectContaining({ level: "WARN", evidence: "original" }));
});

const needed = [...ALLOWED_ACTIONS].filter((action) => ![OPTIONAL, REGIONS].includes(action));
test.for(needed)("a run without %s deletes nothing and names it", async (denied) => {
  const account = { ...fullAccount(), ...(denied === FALLBACK && { tagIndex: new Map() }) };
  await using simulator = await startSimulator(account, {
    isAllowed: (action) => action !== denied,
  });
  const { exitCode, stderr, stdout } = await run(simulator, ["--json"], { DRY_RUN: "false" });
  expect(exitCode).toBe(1);
  expect(remaining(simulator.account, "shop/api")).toEqual(["v1", "v2", "v3", "v4"]);
  expect(stderr).toContain(`allow ${denied} for this role (see \\"Permissions\\" in the README)`);
  // Several sources need ecs:DescribeTaskDefinition.
  const failures: object[] = JSON.parse(stdout).failures;
  expect(failures).not.toEqual([]);
  expect(failures).toEqual(
    failures.map(() =>
      expect.objectContaining({
        code: "AccessDeniedException",
        message: expect.stringContaining(denied),
      }),
    ),
  );
});

describe("App Runner's host name does not resolve", () => {
  const runWithout = async (parts: Partial<Account>, isAllowed = (_action: string) => true) => {
    const simulator = await startSimulator({ ...fullAccount(), ...parts }, { isAllowed });
    const env = simulator.envWithout("apprunner");
    const result = await run({ ...simulator, env }, ["--json"]);
    await simulator[Symbol.asyncDispose]();
    return result;
  };

  test("and AWS does not list the Region: App Runner is not available, and the run goes on", async () => {
    const { exitCode, stdout, entries } = await runWithout({ appRunnerRegions: ["us-east-1"] });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).inUse.sources[2]).toMatchObject({ status: "not-available" });
    expect(entries.map(({ message }) => message)).toContain(
      "App Runner not available in this region",
    );
  });

  test("and AWS refuses to list Regions, as in most Regions: the run goes on", async () => {
    const { exitCode } = await runWithout({}, (action) => action !== REGIONS);
    expect(exitCode).toBe(0);
  });

  test("though AWS lists the Region: the network is at fault, and the run fails", async () => {
    const { exitCode, stdout } = await runWithout({});
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).failures).toEqual([expect.objectContaining({ code: "ENOTFOUND" })]);
  });
});

test("a run without the index of tags asks each repository, and says so once", async () => {
  await using simulator = await startSimulator(fullAccount(), {
    isAllowed: (action) => action !== OPTIONAL,
  });
  const { exitCode, entries } = await run(simulator, [], { DRY_RUN: "false" });
  expect(exitCode).toBe(0);
  expect(remaining(simulator.account, "shop/api")).toEqual(["v1", "v2", "v3"]);
  expect(entries.filter(({ level }) => level === "WARN")).toEqual([
    expect.objectContaining({ reason: expect.stringContaining("allow tag:GetResources") }),
  ]);
});

test("a run that is denied several sources names them all", async () => {
  await using simulator = await startSimulator(fullAccount(), {
    isAllowed: (action) => !/List(Clusters|Functions)/.test(action),
  });
  const { exitCode, stdout } = await run(simulator, [], { DRY_RUN: "false" });
  expect(exitCode).toBe(1);
  expect(stdout).toContain("allow ecs:ListClusters");
  expect(stdout).toContain("allow lambda:ListFunctions");
});
