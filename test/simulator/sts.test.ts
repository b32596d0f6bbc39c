import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import {
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";

import { createAccount } from "./account.ts";
import { ask, settings } from "./ask.ts";
import { OTHER, assume, assumedSettings } from "./assume.ts";
import { type SimulatedMember, createOrganization } from "./organization.ts";
import { startSimulator } from "./simulator.ts";

const HOME_ARN = "arn:aws:sts::123456789012:assumed-role/cleaner/run";

const organizationWith = (member: SimulatedMember = {}) =>
  createOrganization({ accounts: { [OTHER]: member } });

test("an assumed role has its account's identity, and home keeps its own", async () => {
  await using simulator = await startSimulator(organizationWith());
  const assumed = new STSClient(await assumedSettings(simulator));
  const home = new STSClient(settings(simulator));
  expect(await assumed.send(new GetCallerIdentityCommand())).toMatchObject({
    Account: OTHER,
    Arn: `arn:aws:sts::${OTHER}:assumed-role/ecr-cleaner-evidence/test`,
  });
  expect(await home.send(new GetCallerIdentityCommand())).toMatchObject({
    Account: "123456789012",
    Arn: HOME_ARN,
  });
});

test("a role is assumed for an hour, for what the caller asks, or for what the simulator allows", async () => {
  const minutesOf = async (input: Partial<AssumeRoleCommandInput>, assumedForMs?: number) => {
    const options = assumedForMs === undefined ? {} : { assumedForMs };
    await using simulator = await startSimulator(organizationWith(), options);
    const { Credentials } = await assume(simulator, input);
    return Math.round(((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 60_000);
  };
  expect(await minutesOf({})).toBe(60);
  expect(await minutesOf({ DurationSeconds: 900 })).toBe(15);
  expect(await minutesOf({}, 120_000)).toBe(2);
});

describe("AssumeRole is refused", () => {
  const RoleArn = `arn:aws:iam::${OTHER}:role/ecr-cleaner-evidence`;

  test.for<{ name: string; member?: SimulatedMember; input?: Partial<AssumeRoleCommandInput> }>([
    { name: "without such a role", member: { role: null } },
    { name: "for a role of another path", member: { role: "audit/ecr-cleaner-evidence" } },
    { name: "without the external id", member: { externalId: "secret" } },
    {
      name: "with another external id",
      member: { externalId: "secret" },
      input: { ExternalId: "other" },
    },
    { name: "in a suspended account", member: { state: "SUSPENDED" } },
    {
      name: "in an account that does not exist",
      input: { RoleArn: RoleArn.replace(OTHER, "333333333333") },
    },
  ])("$name", async ({ member, input }) => {
    await using simulator = await startSimulator(organizationWith(member));
    await expect(assume(simulator, input)).rejects.toMatchObject({
      name: "AccessDenied",
      message: `User: ${HOME_ARN} is not authorized to perform: sts:AssumeRole on resource: ${input?.RoleArn ?? RoleArn}`,
      $metadata: { httpStatusCode: 403, requestId: expect.any(String) },
    });
  });

  test.for<Partial<AssumeRoleCommandInput>>([
    { RoleSessionName: "x" },
    { RoleSessionName: "x".repeat(65) },
    { DurationSeconds: 899 },
    { DurationSeconds: 3601 },
    { ExternalId: "x" },
    { RoleArn: "ecr-cleaner-evidence-role" },
  ])("for the input %o", async (input) => {
    await using simulator = await startSimulator(organizationWith());
    await expect(assume(simulator, input)).rejects.toMatchObject({
      name: "ValidationError",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test("to an account without an organization, and to a role of another account", async () => {
    await using lone = await startSimulator(createAccount());
    await expect(assume(lone)).rejects.toMatchObject({ name: "AccessDenied" });
    await using simulator = await startSimulator(organizationWith());
    const again = assume(simulator, {}, await assumedSettings(simulator));
    await expect(again).rejects.toMatchObject({ name: "AccessDenied" });
  });
});

test("a role with a path and an external id can be assumed", async () => {
  const member = { role: "audit/reader", externalId: "secret" };
  await using simulator = await startSimulator(organizationWith(member));
  const { AssumedRoleUser } = await assume(simulator, {
    RoleArn: `arn:aws:iam::${OTHER}:role/audit/reader`,
    ExternalId: "secret",
  });
  expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${OTHER}:assumed-role/reader/test`);
});

describe("credentials are refused", () => {
  const expired = { assumedForMs: 0 };
  const errorsOf = async (client: Awaited<ReturnType<typeof assumedSettings>>) => {
    const calls = [
      new ECRClient(client).send(new DescribeRepositoriesCommand()),
      new LambdaClient(client).send(new ListFunctionsCommand()),
      new STSClient(client).send(new GetCallerIdentityCommand()),
    ];
    const outcomes = await Promise.allSettled(calls);
    return outcomes.map((outcome) => {
      if (outcome.status === "fulfilled") return "answered";
      const { name, $metadata } = outcome.reason;
      return `${name} ${$metadata.httpStatusCode}`;
    });
  };

  test("once the role's time is up", async () => {
    await using simulator = await startSimulator(organizationWith(), expired);
    expect(await errorsOf(await assumedSettings(simulator))).toEqual([
      "ExpiredTokenException 400",
      "ExpiredTokenException 403",
      "ExpiredToken 403",
    ]);
  });

  const INVALID = [
    "UnrecognizedClientException 400",
    "UnrecognizedClientException 403",
    "InvalidClientTokenId 403",
  ];

  test("in a Region that is not enabled", async () => {
    await using simulator = await startSimulator(organizationWith({ regions: ["us-east-1"] }));
    expect(await errorsOf(await assumedSettings(simulator))).toEqual(INVALID);
    expect(simulator.callsOf("ecr:DescribeRepositories")).toMatchObject([
      { place: `${OTHER}/eu-west-1`, error: "UnrecognizedClientException" },
    ]);
  });

  test("with another session token", async () => {
    await using simulator = await startSimulator(organizationWith());
    const client = await assumedSettings(simulator);
    const credentials = { ...client.credentials, sessionToken: "another" };
    expect(await errorsOf({ ...client, credentials })).toEqual(INVALID);
  });
});

test("errors, faults and refusals of STS are XML", async () => {
  await using simulator = await startSimulator(organizationWith(), {
    isAllowed: (action) => action !== "sts:AssumeRole",
    faults: (action) => (action === "sts:GetCallerIdentity" ? { kind: "throttled" } : undefined),
  });
  await expect(assume(simulator)).rejects.toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining("because no identity-based policy allows"),
  });
  const identity = new STSClient(settings(simulator)).send(new GetCallerIdentityCommand());
  await expect(identity).rejects.toMatchObject({
    name: "Throttling",
    $metadata: { httpStatusCode: 400 },
  });
});

test("a request that nobody signed is home's", async () => {
  await using simulator = await startSimulator(organizationWith());
  await ask(simulator, "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories");
  expect(simulator.calls).toMatchObject([{ place: "123456789012/eu-west-1" }]);
});
