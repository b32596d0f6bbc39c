import { describe, expect, test } from "vitest";

import policy from "../../iam-policy.json" with { type: "json" };
import { everyHolder, mergeParts } from "../in-use/every-holder.ts";
import { run, runAccount } from "../make-run.ts";
import {
  type AccountParts,
  REGISTRY,
  createAccount,
  enabled,
  old,
  remaining,
} from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { ALLOWED_ACTIONS, ORIGINAL_ACTIONS } from "./iam-policy.ts";

/** An account for which a run makes every call that it can make. */
const everything = (): AccountParts =>
  mergeParts(everyHolder(), {
    repositories: { "shop/api": enabled([old("v1"), old("v2"), old("v3"), old("v4")]) },
    clusters: {
      main: {
        shop: { taskDefinition: "shop:1", revisions: [[{ image: `${REGISTRY}/shop/api:v1` }]] },
      },
    },
    taskDefinitions: { "shop:1": [`${REGISTRY}/shop/api:v1`] },
    functions: { shop: `${REGISTRY}/shop/api:v2` },
    appRunnerServices: { shop: { status: "RUNNING", image: `${REGISTRY}/shop/api:v3` } },
  });

/** Whether IAM allows a call; that of an API server is allowed by its cluster. */
const isAws = (action: string) => !action.startsWith("kubernetes:");

/** Only for speed. Without it, the run asks each repository. */
const OPTIONAL = "tag:GetResources";
/** Needed only if the tag index lists no repository. */
const FALLBACK = "ecr:DescribeRepositories";
/** Asked for only in a Region without App Runner, and not needed even there. */
const REGIONS = "ssm:GetParametersByPath";

describe("iam-policy.json", () => {
  test("allows exactly the calls that full runs make", async () => {
    const called = new Set<string>();
    const isAllowed = (action: string) => !isAws(action) || ALLOWED_ACTIONS.has(action);
    const ways = [
      { parts: {}, hasAppRunner: true },
      { parts: { tagIndex: {} }, hasAppRunner: true },
      { parts: { appRunnerRegions: [] }, hasAppRunner: false },
    ];
    for (const { parts, hasAppRunner } of ways) {
      const account = createAccount({ ...everything(), ...parts });
      await using simulator = await startSimulator(account, { isAllowed });
      const env = hasAppRunner ? simulator.env : simulator.envWithout("apprunner");
      const { exitCode } = await run({ env }, [], { DRY_RUN: "false" });
      expect(exitCode).toBe(0);
      expect(remaining(account, "shop/api")).toEqual(expect.arrayContaining(["v1", "v2"]));
      for (const { action } of simulator.calls) if (isAws(action)) called.add(action);
    }
    expect(called).toEqual(ALLOWED_ACTIONS);
  });

  test("names each statement in letters and digits, as IAM requires", () => {
    for (const { Sid } of policy.Statement) expect(Sid).toMatch(/^[A-Za-z0-9]{10,}$/);
  });
});

test("a run with IN_USE_EVIDENCE=original needs only the policy of the original", async () => {
  const { account, exitCode, summary, entries } = await runAccount(
    everything(),
    { isAllowed: (action) => ORIGINAL_ACTIONS.has(action) },
    { IN_USE_EVIDENCE: "original" },
  );
  expect(exitCode).toBe(0);
  expect(remaining(account, "shop/api")).toEqual(["v1", "v2", "v3"]);
  expect(summary.inUse.evidence).toBe("original");
  expect(entries).toContainEqual(expect.objectContaining({ level: "WARN", evidence: "original" }));
});

const needed = [...ALLOWED_ACTIONS].filter((action) => ![OPTIONAL, REGIONS].includes(action));
test.for(needed)(
  "a run without the permission %s deletes nothing and names the permission",
  async (denied) => {
    const { account, exitCode, stderr, summary } = await runAccount(
      { ...everything(), ...(denied === FALLBACK && { tagIndex: {} }) },
      { isAllowed: (action) => action !== denied },
    );
    expect(exitCode).toBe(1);
    expect(remaining(account, "shop/api")).toEqual(["v1", "v2", "v3", "v4"]);
    expect(stderr).toContain(`allow ${denied} for this role (see \\"Permissions\\" in the README)`);
    // Several sources can need the same permission.
    expect(summary.failures.length).toBeGreaterThan(0);
    for (const failure of summary.failures) {
      expect(failure).toMatchObject({
        code: "AccessDeniedException",
        message: expect.stringContaining(denied),
      });
    }
  },
);

test("a run of a role with an older policy names everything that it lacks", async () => {
  const { account, summary } = await runAccount(everything(), {
    isAllowed: (action) => ORIGINAL_ACTIONS.has(action),
  });
  expect(remaining(account, "shop/api")).toEqual(["v1", "v2", "v3", "v4"]);
  expect(summary.failures.map(({ code }) => code)).toEqual(
    Array.from({ length: 3 }, () => "AccessDeniedException"),
  );
  const [registry, index, sources] = summary.failures.map(({ message }) => message);
  expect(registry).toContain("allow ecr:DescribeRegistry for this role");
  expect(index).toContain("allow ecr:BatchGetImage for this role");
  expect(sources).toMatch(
    /^The role may not read 11 sources of evidence. Add these statements of iam-policy.json to its policy: ReadEcsTasksAndRevisions, ReadEcsDaemons, ReadEventBridgeRules, /,
  );
  expect(sources).toMatch(/leave them out: IN_USE_SOURCES="lambda app-runner"$/);
});

test("a run without the tag index asks each repository, and warns once", async () => {
  const { account, exitCode, entries } = await runAccount(everything(), {
    isAllowed: (action) => action !== OPTIONAL,
  });
  expect(exitCode).toBe(0);
  expect(remaining(account, "shop/api")).toEqual(["v1", "v2", "v3"]);
  expect(entries.filter(({ level }) => level === "WARN")).toEqual([
    expect.objectContaining({ reason: expect.stringContaining("allow tag:GetResources") }),
  ]);
});

test("a run without several permissions names each of them", async () => {
  await using simulator = await startSimulator(createAccount(everything()), {
    isAllowed: (action) => !/List(Clusters|Functions)/.test(action),
  });
  const { exitCode, stdout } = await run(simulator, [], { DRY_RUN: "false" });
  expect(exitCode).toBe(1);
  expect(stdout).toContain("allow ecs:ListClusters");
  expect(stdout).toContain("allow lambda:ListFunctions");
});
