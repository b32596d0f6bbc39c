import { describe, expect, test } from "vitest";

import policy from "../../iam-policy.json" with { type: "json" };
import type { Summary } from "../../src/report/summary.ts";
import { everyHolder, mergeParts } from "../in-use/every-holder.ts";
import { run, runAccount } from "../make-run.ts";
import {
  type Account,
  type AccountParts,
  REGISTRY,
  createAccount,
  enabled,
  old,
  remaining,
} from "../simulator/account.ts";
import { createOrganization } from "../simulator/organization.ts";
import { storedObject } from "../simulator/services/s3/state.ts";
import { startSimulator } from "../simulator/simulator.ts";
import {
  ALLOWED_ACTIONS,
  OPTIONAL_SETTINGS,
  OPTIONAL_STATEMENTS,
  ORIGINAL_ACTIONS,
  isAllowedByOption,
  isAws,
  permissionOf,
} from "./iam-policy.ts";

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

/** Only for speed. Without it, the run asks each repository. */
const OPTIONAL = "tag:GetResources";
/** Needed only if the tag index lists no repository. */
const FALLBACK = "ecr:DescribeRepositories";
/** Asked for only in a Region without App Runner, and not needed even there. */
const REGIONS = "ssm:GetParametersByPath";

/** Asked for only if the settings name other accounts and Regions. */
const OF_ORGANIZATIONS: readonly string[] = [
  "sts:AssumeRole",
  "organizations:ListAccounts",
  "account:ListRegions",
];
const ORGANIZATION = { IN_USE_ACCOUNTS: "organization", IN_USE_REGIONS: "all" };
/** Everybody is allowed to ask it. */
const UNRESTRICTED = "sts:GetCallerIdentity";

const OTHER = "222222222222/us-east-1";
const isOfHome = ({ id }: { readonly id: string }) => id === "123456789012";

describe("iam-policy.json", () => {
  test("allows exactly the calls that full runs make", async () => {
    const called = new Set<string>();
    const isAllowed = (action: string) => !isAws(action) || ALLOWED_ACTIONS.has(action);
    const organization = createOrganization({ home: everything(), places: { [OTHER]: {} } });
    await using whole = await startSimulator(organization, {
      isAllowed: (action, _, place) =>
        !isOfHome(place) || action === UNRESTRICTED || isAllowed(action),
    });
    expect((await run(whole, [], ORGANIZATION)).exitCode).toBe(0);
    for (const { action, place } of whole.calls) {
      const isOwn = place.startsWith("123456789012");
      if (isOwn && isAws(action) && action !== UNRESTRICTED) called.add(action);
    }
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
    for (const { Sid } of [...policy.Statement, ...OPTIONAL_STATEMENTS])
      expect(Sid).toMatch(/^[A-Za-z0-9]{10,}$/);
  });
});

describe("the optional statements", () => {
  const storing = (): AccountParts => ({
    ...everything(),
    buckets: ["amzn-s3-demo-bucket"],
    topics: ["ecr-cleaner"],
  });
  const addList = ({ buckets }: Account) => {
    const list = storedObject(`${REGISTRY}/shop/api:v1`);
    buckets.get("amzn-s3-demo-bucket")?.objects.set("lists/laptop.txt", list);
  };
  const resourceOf = ({ Bucket, Key, TopicArn }: Record<string, any>): string =>
    TopicArn ?? ["arn:aws:s3:::" + Bucket, Key].filter(Boolean).join("/");
  const isOptional = (action: string) => /^(?:s3|sns):/.test(action);

  test("allow exactly what runs with a store, lists and messages need beside iam-policy.json", async () => {
    const account = createAccount(storing());
    addList(account);
    const asked = new Set<string>();
    await using simulator = await startSimulator(account, {
      isAllowed: (action, input) => {
        if (!isOptional(action)) return !isAws(action) || ALLOWED_ACTIONS.has(action);
        asked.add(permissionOf(action));
        return isAllowedByOption(action, resourceOf(input));
      },
    });
    for (const DRY_RUN of ["true", "false"]) {
      expect((await run(simulator, [], { ...OPTIONAL_SETTINGS, DRY_RUN })).exitCode).toBe(0);
    }
    expect(asked).toEqual(new Set(OPTIONAL_STATEMENTS.flatMap(({ Action }) => Action)));
  });

  test("allow no deletion, and nothing beside the store, the lists and the topic", () => {
    const objects = [
      "amzn-s3-demo-bucket/other/a",
      "amzn-s3-demo-bucket/storeroom",
      "other/store/a",
    ];
    for (const each of objects) {
      expect(isAllowedByOption("s3:GetObject", `arn:aws:s3:::${each}`)).toBe(false);
    }
    for (const { Action } of OPTIONAL_STATEMENTS) {
      expect(Action.filter((action) => /Delete|\*/.test(action))).toEqual([]);
    }
  });

  test.for(OPTIONAL_STATEMENTS.flatMap(({ Action }) => Action))(
    "are needed: a run without %s fails, and names the permission",
    async (denied) => {
      const account = createAccount(storing());
      addList(account);
      await using simulator = await startSimulator(account, {
        isAllowed: (action) => permissionOf(action) !== denied,
      });
      const { exitCode, stdout } = await run(simulator, ["--json"], {
        ...OPTIONAL_SETTINGS,
        DRY_RUN: "false",
      });
      const summary: Summary = JSON.parse(stdout);
      expect(exitCode).toBe(1);
      expect(summary.failures.map(({ message }) => message).join("\n")).toContain(denied);
    },
  );
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

test.for(OF_ORGANIZATIONS)(
  "a run on an organization without the permission %s deletes nothing and names the permission",
  async (denied) => {
    const organization = createOrganization({ home: everything(), places: { [OTHER]: {} } });
    await using simulator = await startSimulator(organization, {
      isAllowed: (action) => action !== denied,
    });
    const settings = { ...ORGANIZATION, DRY_RUN: "false" };
    const { exitCode, stdout } = await run(simulator, ["--json"], settings);
    expect(exitCode).toBe(1);
    expect(remaining(organization.home, "shop/api")).toEqual(["v1", "v2", "v3", "v4"]);
    expect(stdout).toContain(`allow ${denied} for this role`);
  },
);

const needed = [...ALLOWED_ACTIONS].filter(
  (action) => ![OPTIONAL, REGIONS, ...OF_ORGANIZATIONS].includes(action),
);
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
    Array.from({ length: 4 }, () => "AccessDeniedException"),
  );
  const [registry, index, pullers, sources] = summary.failures.map(({ message }) => message);
  expect(registry).toContain("allow ecr:DescribeRegistry for this role");
  expect(index).toContain("allow ecr:BatchGetImage for this role");
  expect(pullers).toContain("allow ecr:GetRegistryPolicy for this role");
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
