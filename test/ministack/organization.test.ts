import {
  CloseAccountCommand,
  CreateAccountCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect, test, vi } from "vitest";

import iamPolicy from "../../iam-policy.json" with { type: "json" };
import { clean, explain } from "../emulators/bundle.ts";
import { createService } from "../emulators/holders/ecs.ts";
import { createRole } from "../emulators/holders/holder.ts";
import { createFunction } from "../emulators/holders/lambda.ts";
import {
  ACCOUNT,
  EMULATED_REGION,
  ENABLED,
  REGISTRY,
  createRepository,
  remaining,
} from "../emulators/registry.ts";
import { useMinistack } from "./ministack.ts";

// With AUTH, ministack decides by IAM policies who may assume a role, and what the role may read.
useMinistack({ AUTH: "true" });

const OTHER_REGION = "eu-central-1";
const SETTINGS = {
  IN_USE_SOURCES: "ecs lambda",
  IN_USE_ACCOUNTS: "organization",
  IN_USE_REGIONS: OTHER_REGION,
};

/** Each user's own tag, and the account (home or the first or second member) and Region that it is in. */
const USERS = [
  { tag: "here", region: EMULATED_REGION },
  { tag: "other-region", region: OTHER_REGION },
  { tag: "other-account", member: 0, region: EMULATED_REGION },
  { tag: "both", member: 0, region: OTHER_REGION },
  { tag: "third-account", member: 1, region: OTHER_REGION },
];
const TAGS = USERS.map(({ tag }) => tag).toSorted();
const ALL = [...TAGS, "unused"];

const KINDS = { "an ECS service": createService, "a Lambda function": createFunction };

test.for(Object.entries(KINDS))(
  "an image is kept that %s uses in any account or Region",
  async ([, create]) => {
    const members = await createOrganization(create);
    const summary = await clean(SETTINGS);
    expect(summary).toMatchObject({ complete: true, images: { deleted: 1 }, failures: [] });
    expect(summary.inUse.places).toHaveLength(6);
    expect(
      new Set(summary.inUse.places.map((place: { account: string }) => place.account)),
    ).toEqual(new Set([ACCOUNT, ...members]));
    expect(await remaining("app")).toEqual(TAGS);
  },
);

test("accounts and Regions know nothing of each other", async () => {
  await createOrganization();
  const { images } = await clean({ IN_USE_SOURCES: "ecs lambda" });
  expect(images).toMatchObject({ kept: { "in-use": 1 }, deleted: 5 });
  expect(await remaining("app")).toEqual(["here"]);
});

test("every Region is read that an account has enabled", async () => {
  await createOrganization();
  const summary = await clean({ ...SETTINGS, IN_USE_SOURCES: "ecs", IN_USE_REGIONS: "all" });
  expect(summary).toMatchObject({ complete: true, images: { deleted: 1 }, failures: [] });
  expect(await remaining("app")).toEqual(TAGS);
});

test("--explain names the account and the Region of a user", async () => {
  const [member] = await createOrganization();
  expect(await explain("app", SETTINGS)).toContain(
    `${member}/${OTHER_REGION}: ECS service main/both`,
  );
});

test("an account without the role stops the run", async () => {
  await createOrganization();
  const account = await createMember("without-a-role");
  await expect(clean(SETTINGS)).rejects.toMatchObject({
    code: 1,
    stdout: sayingThat(assumeFails(account)),
  });
  expect(await remaining("app")).toEqual(ALL);
});

test("a closed account is not read", async () => {
  await createOrganization();
  const AccountId = await createMember("closed");
  await new OrganizationsClient().send(new CloseAccountCommand({ AccountId }));
  const { images } = await clean(SETTINGS);
  expect(images).toMatchObject({ deleted: 1 });
});

test("a role that requires an external id is assumed with it, and with no other", async () => {
  await createOrganization();
  const account = await createMember("strict");
  await inPlace(account, EMULATED_REGION, async () => createEvidenceRole({ externalId: "right" }));
  const settings = { ...SETTINGS, IN_USE_ACCOUNTS: account };
  await expect(clean({ ...settings, IN_USE_EXTERNAL_ID: "wrong" })).rejects.toMatchObject({
    code: 1,
    stdout: sayingThat(assumeFails(account)),
  });
  expect(await remaining("app")).toEqual(ALL);
  expect(await clean({ ...settings, IN_USE_EXTERNAL_ID: "right" })).toMatchObject({
    complete: true,
    failures: [],
  });
});

test("a role that may not read a source stops the run", async () => {
  await createOrganization();
  const account = await createMember("denying");
  await inPlace(account, EMULATED_REGION, async () =>
    createEvidenceRole({ denied: "lambda:ListFunctions" }),
  );
  await expect(clean(SETTINGS)).rejects.toMatchObject({
    code: 1,
    stdout: sayingThat(
      `In ${account}/${EMULATED_REGION}, ${account}/${OTHER_REGION}: lambda:ListFunctions failed`,
    ),
  });
  expect(await remaining("app")).toEqual(ALL);
});

const sayingThat = (text: string): unknown => expect.stringContaining(text);
const assumeFails = (account: string) =>
  `In ${account}: sts:AssumeRole failed for role arn:aws:iam::${account}:role/ecr-cleaner-evidence`;

/** Three accounts, two Regions, and one user of an image in five of the places. Returns the members' ids. */
async function createOrganization(create = createService): Promise<string[]> {
  await createRepository("app", ENABLED, ALL);
  const members = [await createMember("first"), await createMember("second")];
  for (const member of members) {
    await inPlace(member, EMULATED_REGION, async () => createEvidenceRole());
    await inPlace(member, EMULATED_REGION, createRole);
  }
  await createRole();
  for (const { tag, member, region } of USERS) {
    const account = member === undefined ? ACCOUNT : (members[member] ?? "");
    await inPlace(account, region, async () => create(`${REGISTRY}/app:${tag}`, tag));
  }
  return members;
}

async function createMember(name: string): Promise<string> {
  const command = new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` });
  const { CreateAccountStatus } = await new OrganizationsClient().send(command);
  return CreateAccountStatus?.AccountId ?? "";
}

/** The role that the home account may assume, with the permissions that the project gives to its own role. */
async function createEvidenceRole({
  externalId,
  denied,
}: { readonly externalId?: string; readonly denied?: string } = {}): Promise<void> {
  const RoleName = "ecr-cleaner-evidence";
  const statement = {
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    ...(externalId !== undefined && {
      Condition: { StringEquals: { "sts:ExternalId": externalId } },
    }),
  };
  const trust = { Version: "2012-10-17", Statement: [statement] };
  const iam = new IAMClient();
  await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const refusals = denied === undefined ? [] : [{ Effect: "Deny", Action: denied, Resource: "*" }];
  const Statement = [...iamPolicy.Statement, ...refusals];
  const PolicyDocument = JSON.stringify({ ...iamPolicy, Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "evidence", PolicyDocument }));
}

/** Does something in an account and a Region. */
async function inPlace(account: string, region: string, act: () => Promise<void>): Promise<void> {
  vi.stubEnv("AWS_ACCESS_KEY_ID", account);
  vi.stubEnv("AWS_REGION", region);
  await act();
  vi.stubEnv("AWS_ACCESS_KEY_ID", ACCOUNT);
  vi.stubEnv("AWS_REGION", EMULATED_REGION);
}
