import { describe, expect, test } from "vitest";

import { app } from "../accounts.ts";
import { type CommandResult, run } from "../make-run.ts";
import {
  type AccountParts,
  type SimulatedImage,
  digestOf,
  enabled,
  image,
  old,
  remaining,
  tagAbout,
} from "../simulator/account.ts";
import {
  type Organization,
  type OrganizationParts,
  createOrganization,
} from "../simulator/organization.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";
import type { Summary } from "../../src/report/summary.ts";

/** Makes a real run on an organization. */
async function runIn(
  parts: OrganizationParts,
  settings: Readonly<Record<string, string>> = {},
  options: SimulatorOptions = {},
): Promise<CommandResult & { organization: Organization; summary: Summary; calls: string[] }> {
  const organization = createOrganization(parts);
  await using simulator = await startSimulator(organization, options);
  const result = await run(simulator, ["--json"], { DRY_RUN: "false", ...settings });
  const calls = simulator.calls.map(({ action, place }) => `${place} ${action}`);
  return { organization, ...result, summary: JSON.parse(result.stdout), calls };
}

/** The repository `app` of the home account, with four old images. */
const home = (
  images: readonly SimulatedImage[] = ["v1", "v2", "v3", "v4"].map((tag) => old(tag)),
) => ({
  repositories: { app: enabled(images) },
});

const service = (tag: string): AccountParts => ({
  clusters: { main: { web: { taskDefinition: "web:1" } } },
  taskDefinitions: { "web:1": [app(tag)] },
});

/** What uses an image elsewhere. */
const USERS: Readonly<Record<string, AccountParts>> = {
  "a service": service("v1"),
  "a function": { functions: { mailer: app("v1") } },
  "a task": {
    tasks: { main: [{ containers: [{ image: app("v1") }] }] },
    clusters: { main: {} },
  },
  "a schedule": {
    scheduleGroups: {
      default: {
        nightly: {
          target: {
            Arn: "arn:aws:ecs:eu-west-1:222222222222:cluster/main",
            EcsParameters: { TaskDefinitionArn: "web:1" },
          },
        },
      },
    },
    taskDefinitions: { "web:1": [app("v1")] },
  },
};

describe("an image is kept that is used", () => {
  const places = [
    { name: "in another account", place: "222222222222/eu-west-1" },
    { name: "in another Region", place: "123456789012/us-east-1" },
    { name: "in another account and Region", place: "222222222222/us-east-1" },
  ];
  const settings = [
    { IN_USE_ACCOUNTS: "222222222222", IN_USE_REGIONS: "us-east-1" },
    { IN_USE_ACCOUNTS: "organization", IN_USE_REGIONS: "all" },
  ];
  const rows = places.flatMap((place) =>
    Object.entries(USERS).flatMap(([user, parts]) =>
      settings.map((each) => ({ ...place, user, parts, settings: each })),
    ),
  );
  test.for(rows)("by $user $name, with $settings", async ({ place, parts, settings }) => {
    const { organization, summary, exitCode } = await runIn(
      { home: home(), places: { [place]: parts }, accounts: { "222222222222": {} } },
      settings,
    );
    expect(summary.failures).toEqual([]);
    expect(exitCode).toBe(0);
    expect(remaining(organization.home, "app")).toEqual(["v1"]);
    expect(summary.images.deleted).toBe(3);
  });
});

const account = (...ids: string[]) => ({ AWS: ids.map((id) => `arn:aws:iam::${id}:root`) });
const lambda = { Service: "lambda.amazonaws.com" };
const allow = (Principal: object | string, parts: object = {}) => ({
  Statement: [{ Effect: "Allow", Principal, Action: ["ecr:BatchGetImage"], ...parts }],
});
const READ = "222222222222";
const STRANGER = "444444444444";

describe("a repository from which", () => {
  const inOrganization = (id: string) => ({
    Condition: { StringEquals: { "aws:PrincipalOrgID": id } },
  });
  const ofFunction = (id: string) => ({
    Condition: { StringLike: { "aws:sourceArn": `arn:aws:lambda:eu-west-1:${id}:function:*` } },
  });
  const skipped = { left: ["v1", "v2", "v3", "v4"], status: "skipped" };
  const cleaned = { left: [], status: "cleaned" };
  const list = { IN_USE_ACCOUNTS: READ };
  const whole = { IN_USE_ACCOUNTS: "organization" };
  const ours = allow("*", inOrganization("o-simulated0"));

  test.for<{
    who: string;
    policy: object | string;
    settings?: Readonly<Record<string, string>>;
    left: string[];
    status: string;
    note?: string;
  }>([
    { who: "a stranger may pull", policy: allow(account(STRANGER)), ...skipped, note: STRANGER },
    { who: "an account that is read may pull", policy: allow(account(READ)), ...cleaned },
    { who: "its own account may pull", policy: allow(account("123456789012")), ...cleaned },
    { who: "everybody may pull", policy: allow("*"), ...skipped, note: "everybody" },
    {
      who: "the organization may pull, of which one account is read",
      policy: ours,
      ...skipped,
      note: "IN_USE_ACCOUNTS=organization",
    },
    {
      who: "the organization may pull, all of which is read",
      policy: ours,
      settings: whole,
      ...cleaned,
    },
    {
      who: "another organization may pull",
      policy: allow("*", inOrganization("o-another000")),
      settings: whole,
      ...skipped,
      note: "o-another000",
    },
    {
      who: "a stranger's functions may pull",
      policy: allow(lambda, ofFunction(STRANGER)),
      ...skipped,
      note: STRANGER,
    },
    {
      who: "functions of an account that is read may pull",
      policy: allow(lambda, ofFunction(READ)),
      ...cleaned,
    },
    {
      who: "everybody's functions may pull",
      policy: allow(lambda),
      ...skipped,
      note: "lambda.amazonaws.com",
    },
    {
      who: "a suspended account may pull",
      policy: allow(account("555555555555")),
      settings: whole,
      ...cleaned,
    },
    {
      who: "a stranger may only push",
      policy: allow(account(STRANGER), { Action: "ecr:PutImage" }),
      ...cleaned,
    },
    {
      who: "a stranger may not pull",
      policy: allow(account(STRANGER), { Effect: "Deny" }),
      ...cleaned,
    },
    {
      who: "nobody knows who may pull",
      policy: "{",
      ...skipped,
      note: "a policy cannot be understood",
    },
  ])("$who is $status", async ({ policy, settings = list, left, status, note = "" }) => {
    const run = await runIn(
      {
        home: { ...home(), policies: { app: policy } },
        accounts: { [READ]: {}, "555555555555": { state: "SUSPENDED" } },
      },
      settings,
    );
    expect(remaining(run.organization.home, "app")).toEqual(left);
    expect(run.summary.repositories).toMatchObject({ cleaned: 0, [status]: 1 });
    expect(run.stderr).toContain(note);
    expect(run.exitCode).toBe(0);
  });

  test("a stranger may pull by the registry's policy is skipped", async () => {
    const policy = allow(account(STRANGER), { Resource: "arn:aws:ecr:*:*:repository/ap*" });
    const repositories = { ...home().repositories, other: enabled([old("v1")]) };
    const { organization, summary } = await runIn({
      home: { repositories, registryPolicy: policy },
    });
    expect(remaining(organization.home, "app")).toEqual(["v1", "v2", "v3", "v4"]);
    expect(remaining(organization.home, "other")).toEqual([]);
    expect(summary.repositories).toMatchObject({ skipped: 1, cleaned: 1 });
  });

  test("a stranger may pull is skipped with a message that says what to do", async () => {
    const { entries } = await runIn({
      home: { ...home(), policies: { app: allow(account(STRANGER)) } },
    });
    expect(entries).toContainEqual(
      expect.objectContaining({
        message: "Skipping a repository",
        repository: "app",
        reason:
          "444444444444 may pull from it, and nobody has looked there: add the account to IN_USE_ACCOUNTS, " +
          "or tag the repository BoxCleanerUnseenPullers=ignore",
      }),
    );
  });

  const byStranger = { policies: { app: allow(account(STRANGER)) } };
  const tagged = (value: string) => ({
    app: enabled([old("v1")], { BoxCleanerUnseenPullers: value }),
  });
  test.for([
    { name: "its tag says ignore", repositories: tagged("ignore"), settings: {}, left: [] },
    {
      name: "UNSEEN_PULLERS is ignore",
      repositories: { app: enabled([old("v1")]) },
      settings: { UNSEEN_PULLERS: "ignore" },
      left: [],
    },
    {
      name: "its tag says skip, although UNSEEN_PULLERS is ignore",
      repositories: tagged("skip"),
      settings: { UNSEEN_PULLERS: "ignore" },
      left: ["v1"],
    },
    {
      name: "IN_USE_EVIDENCE is original",
      repositories: { app: enabled([old("v1")]) },
      settings: { IN_USE_EVIDENCE: "original" },
      left: [],
    },
  ])("a stranger may pull, if $name, keeps $left", async ({ repositories, settings, left }) => {
    const { organization } = await runIn({ home: { repositories, ...byStranger } }, settings);
    expect(remaining(organization.home, "app")).toEqual(left);
  });
});

describe("if ECR repeats deletions", () => {
  const to = (...places: string[]) => [
    {
      destinations: places.map((place) => {
        const [registryId = "", region = ""] = place.split("/");
        return { registryId, region };
      }),
      deleteReplication: { enabled: true },
    },
  ];
  const COPY = "222222222222/us-east-1";
  const copied = (reference: string): AccountParts => ({
    functions: { mailer: `222222222222.dkr.ecr.us-east-1.amazonaws.com/app${reference}` },
  });
  const settings = { IN_USE_ACCOUNTS: READ, IN_USE_REGIONS: "us-east-1" };

  test("in a place that is not read, the repository is skipped", async () => {
    const run = await runIn({
      home: { ...home(), replication: to(COPY) },
      places: { [COPY]: home() },
    });
    expect(remaining(run.organization.home, "app")).toEqual(["v1", "v2", "v3", "v4"]);
    expect(run.stderr).toContain(`ECR repeats its deletions in ${COPY}`);
  });

  test("in a place that is read, unused images are deleted in both", async () => {
    const { organization, summary } = await runIn(
      { home: { ...home(), replication: to(COPY) }, places: { [COPY]: home() } },
      settings,
    );
    expect(remaining(organization.home, "app")).toEqual([]);
    expect(remaining(organization.place(READ, "us-east-1"), "app")).toEqual([]);
    expect(summary.repositories.cleaned).toBe(1);
  });

  test.for([
    { name: "by its tag", copies: ["v1", "v2"], reference: ":v1", kept: ["v1"] },
    {
      name: "by a tag that only the copy has",
      copies: [old("v1", { tags: "v1 live" }), "v2"],
      reference: ":live",
      kept: ["v1"],
    },
    {
      name: "by the digest of another image that has the tag there",
      copies: [old("moved", { tags: "v1" }), "v2"],
      reference: `@${digestOf("moved")}`,
      kept: ["v1"],
    },
    { name: "before it is there", copies: ["v2"], reference: ":v1", kept: ["v1"] },
  ])("an image is kept that the copy's users name $name", async ({ copies, reference, kept }) => {
    const images = copies.map((each) => (typeof each === "string" ? old(each) : each));
    const { organization } = await runIn(
      {
        home: { ...home(["v1", "v2"].map((tag) => old(tag))), replication: to(COPY) },
        places: { [COPY]: { repositories: { app: enabled(images) }, ...copied(reference) } },
      },
      settings,
    );
    expect(remaining(organization.home, "app")).toEqual(kept);
  });

  test.for([
    {
      name: "its tag names another image there",
      copy: image("new", { tags: "v1" }),
      left: ["v1"],
    },
    {
      name: "it has another tag there",
      copy: old("v1", { tags: "v1 stable" }),
      left: ["stable", "v1"],
    },
  ])("an image is kept if $name, although nothing uses it", async ({ copy, left }) => {
    const { organization } = await runIn(
      {
        home: { ...home(["v1", "v2"].map((tag) => old(tag))), replication: to(COPY) },
        places: { [COPY]: { repositories: { app: enabled([copy]) } } },
      },
      settings,
    );
    expect(remaining(organization.home, "app")).toEqual(["v1"]);
    expect(remaining(organization.place(READ, "us-east-1"), "app")).toEqual(left);
  });

  test.for([
    { name: "a run deletes what no copy needs", reference: ":v1", left: ["v1"], exitCode: 0 },
    {
      name: "a run deletes nothing if nothing uses the copies either",
      reference: undefined,
      left: ["v1", "v2"],
      exitCode: 1,
    },
  ])("and only copies are in use, $name", async ({ reference, left, exitCode }) => {
    const images = () => ({ app: enabled([old("v1"), old("v2")]) });
    const users = reference === undefined ? {} : copied(reference);
    const result = await runIn(
      {
        home: { repositories: images(), replication: to(COPY) },
        places: { [COPY]: { repositories: images(), ...users } },
      },
      { ...settings, ALLOW_EMPTY_IN_USE: "false" },
    );
    expect(remaining(result.organization.home, "app")).toEqual(left);
    expect(result.exitCode).toBe(exitCode);
  });

  test("a signature is kept whose image only the copy has, and somebody uses there by its tag", async () => {
    const live = old("live");
    const signature = old("signature", { tags: tagAbout(live, "sig"), subject: live });
    const { organization } = await runIn(
      {
        home: { ...home([old("v1"), signature]), replication: to(COPY) },
        places: {
          [COPY]: { repositories: { app: enabled([live, signature]) }, ...copied(":live") },
        },
      },
      settings,
    );
    expect(remaining(organization.home, "app")).toEqual([...signature.tags]);
  });

  test("an image is kept that was pulled from the copy within the days of the rule", async () => {
    const pulled = { ...old("v1"), lastPulledAt: new Date() };
    const { organization } = await runIn(
      {
        home: { ...home([old("v1"), old("v2")]), replication: to(COPY) },
        places: { [COPY]: { repositories: { app: enabled([pulled, old("v2")]) } } },
      },
      { ...settings, DEFAULT_KEEP_PULLED_DAYS: "7" },
    );
    expect(remaining(organization.home, "app")).toEqual(["v1"]);
  });

  test("a repository whose copy cannot be listed fails alone, also if the copy answers first", async () => {
    const web = enabled([old("w1")]);
    const { organization, exitCode, summary } = await runIn(
      {
        home: {
          repositories: { ...home().repositories, web },
          replication: to(COPY).map((rule) => ({
            ...rule,
            repositoryFilters: [{ filter: "app", filterType: "PREFIX_MATCH" }],
          })),
        },
        places: { [COPY]: home() },
      },
      settings,
      {
        isAllowed: (action, _, { id }) => action !== "ecr:DescribeImages" || id !== READ,
        // Asked again, the registry itself answers last.
        faults: (action, _, nth, { id }) =>
          action === "ecr:DescribeImages" && id !== READ && nth < 2
            ? { kind: "unavailable" }
            : undefined,
      },
    );
    expect(exitCode).toBe(1);
    expect(summary.failures.map(({ repository }) => repository)).toEqual(["app"]);
    expect(summary.failures[0]?.message).toContain(`failed for repository app in ${COPY}: Access`);
    expect(remaining(organization.home, "app")).toEqual(["v1", "v2", "v3", "v4"]);
    expect(remaining(organization.home, "web")).toEqual([]);
  });

  test("a repository is skipped from whose copy a stranger may pull", async () => {
    const run = await runIn(
      {
        home: { ...home(), replication: to(COPY) },
        places: { [COPY]: { ...home(), policies: { app: allow(account(STRANGER)) } } },
      },
      settings,
    );
    expect(remaining(run.organization.home, "app")).toEqual(["v1", "v2", "v3", "v4"]);
    expect(run.stderr).toContain(`${STRANGER} may pull from its copy in ${COPY}`);
  });
});

describe("a run deletes nothing and names every place", () => {
  const WHOLE = { IN_USE_ACCOUNTS: "organization", IN_USE_REGIONS: "all" };
  const failing = async (
    parts: OrganizationParts,
    settings: Readonly<Record<string, string>> = WHOLE,
    options: SimulatorOptions = {},
  ) => {
    const result = await runIn({ home: home(), ...parts }, settings, options);
    expect(result.exitCode).toBe(1);
    expect(remaining(result.organization.home, "app")).toEqual(["v1", "v2", "v3", "v4"]);
    return result.summary.failures.map(({ message }) => message);
  };

  test("whose role is missing, with how to create it", async () => {
    const messages = await failing({
      accounts: { [READ]: { role: null }, "333333333333": {}, [STRANGER]: { role: "another" } },
    });
    expect(messages).toEqual([
      expect.stringMatching(
        /^In 222222222222, 444444444444: sts:AssumeRole failed for role arn:aws:iam::222222222222:role\/ecr-cleaner-evidence: AccessDenied: .*deploy\/evidence-role.yaml/,
      ),
    ]);
  });

  test("whose role wants another external id", async () => {
    const messages = await failing(
      { accounts: { [READ]: { externalId: "ours" } } },
      { IN_USE_ACCOUNTS: READ, IN_USE_EXTERNAL_ID: "theirs" },
    );
    expect(messages).toEqual([expect.stringContaining("In 222222222222: sts:AssumeRole failed")]);
  });

  test("whose Region is not enabled", async () => {
    const messages = await failing(
      { accounts: { [READ]: { regions: ["eu-west-1"] } } },
      { IN_USE_ACCOUNTS: READ, IN_USE_REGIONS: "us-east-1" },
    );
    expect(messages).toEqual([
      expect.stringMatching(
        /^In 222222222222\/us-east-1: AWS refuses the account's credentials in this Region, .*IN_USE_REGIONS/,
      ),
    ]);
  });

  test("that denies a call, and all causes at the same time", async () => {
    const messages = await failing(
      { accounts: { [READ]: {}, "333333333333": {}, [STRANGER]: { role: null } } },
      WHOLE,
      {
        isAllowed: (action, _, { id, region }) =>
          id !== "333333333333" || region !== "us-east-1" || action !== "batch:DescribeJobQueues",
      },
    );
    expect(messages).toHaveLength(2);
    expect(messages).toContainEqual(expect.stringContaining("In 444444444444: sts:AssumeRole"));
    expect(messages).toContainEqual(
      expect.stringMatching(
        /^In 333333333333\/us-east-1: batch:DescribeJobQueues failed .*AWS Batch uses no image/,
      ),
    );
  });

  test("which the organization denies, with what to do, and not that the role lacks statements", async () => {
    const messages = await failing({ accounts: { [READ]: {} } }, WHOLE, {
      faults: (action, _, __, { region }) =>
        region === "us-east-1" && /^(?:ecs|lambda):List/.test(action)
          ? {
              kind: "error",
              code: "AccessDeniedException",
              message: `not authorized to perform: ${action} with an explicit deny in a service control policy`,
              status: 400,
            }
          : undefined,
    });
    expect(messages).toEqual([
      expect.stringMatching(
        /^In 123456789012\/us-east-1, 222222222222\/us-east-1: ecs:List.* failed .*exempt the role in the service control policy.*name only Regions that it allows in IN_USE_REGIONS/,
      ),
    ]);
    expect(messages[0]).not.toContain("iam-policy.json");
  });

  test("with every cluster that does not let the program in", async () => {
    const cluster = (name: string): AccountParts => ({ eksClusters: { [name]: {} } });
    const messages = await failing(
      {
        home: { ...home(), ...cluster("main") },
        places: {
          [`${READ}/eu-west-1`]: cluster("shop"),
          "333333333333/eu-west-1": cluster("shop"),
        },
      },
      { IN_USE_ACCOUNTS: "organization" },
      { isAllowed: (action) => action !== "kubernetes:list pods" },
    );
    expect(messages).toEqual([
      expect.stringMatching(
        /--cluster-name main .*; the same for EKS cluster shop in 222222222222\/eu-west-1, EKS cluster shop in 333333333333\/eu-west-1; if EKS uses/,
      ),
    ]);
  });

  test("for which AWS names no Region", async () => {
    const messages = await failing({ accounts: { [READ]: {} } }, WHOLE, {
      answers: {
        "account:ListRegions": (_, { id }) => ({
          Regions: id === READ ? [] : [{ RegionName: "eu-west-1" }],
        }),
      },
    });
    expect(messages).toEqual([
      expect.stringMatching(/^In 222222222222: account:ListRegions failed .*IN_USE_REGIONS/),
    ]);
  });

  test("if AWS lists the accounts of the organization without the account of the run", async () => {
    const messages = await failing({ accounts: { [READ]: {} } }, WHOLE, {
      answers: {
        "organizations:ListAccounts": () => ({
          Accounts: [
            { Id: READ, Arn: `arn:aws:organizations::${READ}:account/o-simulated0/${READ}` },
          ],
        }),
      },
    });
    expect(messages).toEqual([
      expect.stringMatching(
        /organizations:ListAccounts failed .*lacks this account, 123456789012, so it is not complete/,
      ),
    ]);
  });

  test("if AWS lists the Regions of its own account without the Region of the run", async () => {
    const messages = await failing({}, WHOLE, {
      answers: { "account:ListRegions": () => ({ Regions: [{ RegionName: "us-east-1" }] }) },
    });
    expect(messages).toEqual([
      expect.stringMatching(
        /^In 123456789012: account:ListRegions failed .*lacks the Region of this run, eu-west-1/,
      ),
    ]);
  });

  test("if the organization cannot be listed", async () => {
    const messages = await failing({ accounts: { [READ]: {} } }, WHOLE, {
      isAllowed: (action) => action !== "organizations:ListAccounts",
    });
    expect(messages).toEqual([
      expect.stringMatching(
        /^In the account of this run: organizations:ListAccounts failed .*name the accounts in IN_USE_ACCOUNTS/,
      ),
    ]);
  });
});

test("an account that is suspended, closed or never activated is passed over, and the log says so", async () => {
  const { exitCode, entries, organization } = await runIn(
    {
      home: home(),
      accounts: {
        [READ]: { state: "SUSPENDED" },
        "333333333333": { state: "CLOSED" },
        "555555555555": { state: "PENDING_ACTIVATION" },
      },
    },
    { IN_USE_ACCOUNTS: "organization" },
  );
  expect(exitCode).toBe(0);
  expect(remaining(organization.home, "app")).toEqual([]);
  expect(entries).toContainEqual(
    expect.objectContaining({
      message: "Passing over inactive accounts",
      accounts: [READ, "333333333333", "555555555555"],
    }),
  );
});

test("each account's role is assumed once, and its own account's never", async () => {
  const { calls } = await runIn(
    {
      home: home(),
      places: { [`${READ}/us-east-1`]: service("v1") },
      accounts: { [STRANGER]: {} },
    },
    { IN_USE_ACCOUNTS: "organization", IN_USE_REGIONS: "all" },
  );
  const assumed = calls.filter((call) => call.endsWith("sts:AssumeRole"));
  expect(assumed).toHaveLength(2);
});
