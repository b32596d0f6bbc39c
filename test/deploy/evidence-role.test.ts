import { describe, expect, test } from "vitest";

import policy from "../../iam-policy.json" with { type: "json" };
import { EVIDENCE_ROLE } from "../../src/in-use/scopes/role-name.ts";
import { TASK_DEFINITIONS, loadSources } from "../../src/in-use/sources/index.ts";
import { copiesOf } from "../accounts.ts";
import { HELD, everyHolder } from "../in-use/every-holder.ts";
import { run } from "../make-run.ts";
import { isAws } from "../run/iam-policy.ts";
import { ACCOUNT_ID, REGION, enabled, old, remaining } from "../simulator/account.ts";
import { createOrganization } from "../simulator/organization.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { EVIDENCE_ROLE_FILE, policyInAws, readTemplate } from "./template.ts";

const { Parameters, Resources, Outputs } = readTemplate(EVIDENCE_ROLE_FILE);
const role = Resources["Role"]?.Properties ?? {};
const [inline, ...others] = role["Policies"];
const { Statement: statements } = policyInAws(inline.PolicyDocument);
const actions = new Set(statements.flatMap(({ Action }) => Action));

/** What the program reads in another account beside the sources of evidence. */
const READ_BESIDE_SOURCES = [
  "account:ListRegions",
  "ecr:DescribeImages",
  "ecr:GetRegistryPolicy",
  "ecr:GetRepositoryPolicy",
];
/** Called only in a Region without App Runner. */
const APP_RUNNER_REGIONS = "ssm:GetParametersByPath";

const OTHER = "222222222222";

describe("the template of the evidence role", () => {
  test("has one resource, the role, with one policy", () => {
    expect(Object.keys(Resources)).toEqual(["Role"]);
    expect(others).toEqual([]);
    expect(role["ManagedPolicyArns"]).toBeUndefined();
    expect(Outputs["RoleArn"]?.Value).toEqual({ "Fn::GetAtt": ["Role", "Arn"] });
  });

  test("allows what the sources of evidence and the copies of repositories need, and nothing else", async () => {
    const needed = [
      ...(await loadSources()).flatMap((source) => source.statements),
      TASK_DEFINITIONS,
    ];
    expect([...actions].toSorted()).toEqual(
      [...new Set([...needed.flatMap(({ Action }) => Action), ...READ_BESIDE_SOURCES])].toSorted(),
    );
    const shared = statements.filter(({ Sid }) => Sid !== "ReadCopiesOfRepositories");
    for (const statement of shared) expect(policy.Statement).toContainEqual(statement);
  });

  test("allows no action that can change anything", () => {
    expect(actions.size).toBeGreaterThan(50);
    for (const action of actions)
      expect(action).toMatch(/^[a-z-]+:(Get|List|Describe|BatchGet)[A-Z]\w+$/);
  });

  test("trusts only the role of the cleaner, by its ARN, in every partition", () => {
    expect(role["AssumeRolePolicyDocument"].Statement).toEqual([
      {
        Effect: "Allow",
        Principal: {
          AWS: {
            "Fn::Sub": [
              "arn:${AWS::Partition}:iam::${Account}:root",
              { Account: { "Fn::Select": [4, { "Fn::Split": [":", { Ref: "CleanerRoleArn" }] }] } },
            ],
          },
        },
        Action: "sts:AssumeRole",
        Condition: {
          ArnEquals: { "aws:PrincipalArn": { Ref: "CleanerRoleArn" } },
          StringEquals: [
            "HasExternalId",
            { "sts:ExternalId": { Ref: "ExternalId" } },
            { Ref: "AWS::NoValue" },
          ],
        },
      },
    ]);
  });

  test("has the name of the role that the program assumes by default, and no external id", () => {
    expect(role["RoleName"]).toEqual({ Ref: "RoleName" });
    expect(Parameters["RoleName"]?.Default).toBe(EVIDENCE_ROLE);
    expect(Parameters["ExternalId"]?.Default).toBe("");
    expect(Parameters["CleanerRoleArn"]).not.toHaveProperty("Default");
  });

  test.for([
    {
      parameter: "CleanerRoleArn",
      accepted: [
        "arn:aws:iam::123456789012:role/ecr-cleaner-Role-1ABC",
        "arn:aws-cn:iam::123456789012:role/platform/ecr-cleaner",
        "arn:aws-us-gov:iam::123456789012:role/ecr-cleaner",
      ],
      // A wildcard would trust other roles. A session's ARN is not that of its role.
      refused: [
        "",
        "arn:aws:iam::123456789012:role/*",
        "arn:aws:iam::123456789012:role/ecr-cleaner-?",
        "arn:aws:iam::*:role/ecr-cleaner",
        "arn:aws:iam::123456789012:root",
        "arn:aws:sts::123456789012:assumed-role/ecr-cleaner/run",
        "ecr-cleaner",
      ],
    },
    {
      parameter: "RoleName",
      accepted: [EVIDENCE_ROLE, "ecr+evidence@1"],
      refused: ["", "platform/evidence", "x".repeat(65)],
    },
    {
      parameter: "ExternalId",
      accepted: ["", "ab", "registry/cleaner:2026"],
      refused: ["a", "a b"],
    },
  ])("accepts only values of $parameter that work", ({ parameter, accepted, refused }) => {
    const pattern = new RegExp(Parameters[parameter]?.AllowedPattern ?? "");
    for (const text of accepted) expect(text).toMatch(pattern);
    for (const text of refused) expect(text).not.toMatch(pattern);
  });
});

test("a run needs every action of the evidence role in another account, and no other action", async () => {
  // The ARN of this model package is of the home account, which does not show it to other accounts.
  const held = [...new Set(HELD)].filter((tag) => tag !== "package");
  const images = [...held, "unused"].map((tag) => old(tag));
  const organization = createOrganization({
    home: {
      repositories: { app: enabled(images) },
      replication: [
        {
          destinations: [{ registryId: OTHER, region: REGION }],
          deleteReplication: { enabled: true },
        },
      ],
    },
    places: {
      [`${OTHER}/${REGION}`]: {
        ...everyHolder(),
        repositories: { app: enabled(copiesOf(images)) },
      },
    },
  });
  await using simulator = await startSimulator(organization, {
    isAllowed: (action, _, { id }) => id === ACCOUNT_ID || !isAws(action) || actions.has(action),
  });
  const { exitCode, stderr } = await run(simulator, [], {
    DRY_RUN: "false",
    IN_USE_ACCOUNTS: "organization",
    IN_USE_REGIONS: "all",
  });
  expect(stderr).not.toContain("AccessDenied");
  expect(exitCode).toBe(0);
  expect(remaining(organization.home, "app").toSorted()).toEqual(held.toSorted());
  const called = simulator.calls.filter(({ place }) => place.startsWith(OTHER));
  expect(
    new Set([...called.map(({ action }) => action).filter(isAws), APP_RUNNER_REGIONS]),
  ).toEqual(actions);
});
