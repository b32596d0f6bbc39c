import {
  DescribeRepositoriesCommand,
  ECRClient,
  GetRegistryPolicyCommand,
  GetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { describe, expect, test } from "vitest";

import { createAccount, enabled } from "./account.ts";
import { settings } from "./ask.ts";
import { OTHER, assumedSettings } from "./assume.ts";
import { createOrganization } from "./organization.ts";
import { startSimulator } from "./simulator.ts";

const HOME = "123456789012";

const namesIn = async (client: ConstructorParameters<typeof ECRClient>[0]) => {
  const { repositories } = await new ECRClient(client ?? {}).send(
    new DescribeRepositoriesCommand(),
  );
  return repositories?.map(({ repositoryArn }) => repositoryArn);
};

describe("an organization", () => {
  const start = () =>
    startSimulator(
      createOrganization({
        home: { repositories: { app: enabled([]) } },
        places: {
          [`${HOME}/us-east-1`]: { repositories: { far: enabled([]) } },
          [`${OTHER}/eu-west-1`]: { repositories: { other: enabled([]) } },
          [`${OTHER}/eu-south-1`]: { repositories: { south: enabled([]) } },
        },
      }),
    );

  test("answers for the account of the key and the Region of the signature", async () => {
    await using simulator = await start();
    const home = settings(simulator);
    const other = await assumedSettings(simulator);
    const region = "us-east-1";
    expect(await namesIn(home)).toEqual([`arn:aws:ecr:eu-west-1:${HOME}:repository/app`]);
    expect(await namesIn({ ...home, region })).toEqual([
      `arn:aws:ecr:us-east-1:${HOME}:repository/far`,
    ]);
    expect(await namesIn(other)).toEqual([`arn:aws:ecr:eu-west-1:${OTHER}:repository/other`]);
    expect(await namesIn({ ...other, region })).toEqual([]);
    expect(await namesIn({ ...other, region: "eu-south-1" })).toEqual([
      `arn:aws:ecr:eu-south-1:${OTHER}:repository/south`,
    ]);
    expect(simulator.callsOf("ecr:DescribeRepositories").map(({ place }) => place)).toEqual([
      `${HOME}/eu-west-1`,
      `${HOME}/us-east-1`,
      `${OTHER}/eu-west-1`,
      `${OTHER}/us-east-1`,
      `${OTHER}/eu-south-1`,
    ]);
  });

  test("has a home, which is the simulator's account, and places that stay the same", () => {
    const organization = createOrganization({ accounts: { [OTHER]: {} } });
    expect(organization.place(HOME, "eu-west-1")).toBe(organization.home);
    const place = organization.place(OTHER, "us-east-1");
    expect(place).toMatchObject({ id: OTHER, region: "us-east-1" });
    expect(organization.place(OTHER, "us-east-1")).toBe(place);
    expect(() => organization.place("333333333333", "us-east-1")).toThrow("no simulated account");
  });

  test("limits the calls of each place on its own", async () => {
    const limit = { actions: ["ecr:DescribeRepositories"], burst: 1, perSecond: 0.001 };
    const organization = createOrganization({ accounts: { [OTHER]: {} } });
    await using simulator = await startSimulator(organization, { rateLimits: [limit] });
    const home = settings(simulator);
    expect(await namesIn(home)).toEqual([]);
    await expect(namesIn(home)).rejects.toMatchObject({ name: "ThrottlingException" });
    expect(await namesIn({ ...home, region: "us-east-1" })).toEqual([]);
    expect(await namesIn(await assumedSettings(simulator))).toEqual([]);
  });

  test("names the place to whatever decides about calls", async () => {
    const organization = createOrganization({ accounts: { [OTHER]: {} } });
    await using simulator = await startSimulator(organization, {
      isAllowed: (action, _, { id }) => action.startsWith("sts:") || id === HOME,
      answers: { "ecr:DescribeRepositories": (_, { region }) => ({ repositories: [{ region }] }) },
      faults: (action, _, nth, { region }) =>
        nth === 0 && region === "us-east-1" ? { kind: "unavailable" } : undefined,
    });
    const home = settings(simulator);
    const far = { ...home, region: "us-east-1" };
    expect(await namesIn(home)).toHaveLength(1);
    await expect(namesIn(far)).rejects.toMatchObject({ name: "ServiceUnavailableException" });
    expect(await namesIn(far)).toHaveLength(1);
    const other = await assumedSettings(simulator);
    await expect(namesIn(other)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining(`${OTHER}:assumed-role/ecr-cleaner-evidence/test`),
    });
  });
});

test("an account without an organization answers for every Region", async () => {
  const account = createAccount({ repositories: { app: enabled([]) } });
  await using simulator = await startSimulator(account);
  const far = { ...settings(simulator), region: "us-east-1" };
  expect(await namesIn(far)).toEqual([`arn:aws:ecr:eu-west-1:${HOME}:repository/app`]);
});

describe("ECR's policies", () => {
  const policy = { Version: "2012-10-17", Statement: [] };
  const getPolicy = (repositoryName: string) => new GetRepositoryPolicyCommand({ repositoryName });

  test("are answered as text, whatever the text is", async () => {
    const repositories = { app: enabled([]), odd: enabled([]) };
    const policies = { app: policy, odd: "not JSON" };
    const account = createAccount({ repositories, policies, registryPolicy: policy });
    await using simulator = await startSimulator(account);
    const client = new ECRClient(settings(simulator));
    const policyText = JSON.stringify(policy);
    expect(await client.send(getPolicy("app"))).toMatchObject({ registryId: HOME, policyText });
    expect(await client.send(getPolicy("odd"))).toMatchObject({ policyText: "not JSON" });
    const registry = await client.send(new GetRegistryPolicyCommand());
    expect(registry).toMatchObject({ registryId: HOME, policyText });
  });

  test("can be missing", async () => {
    await using simulator = await startSimulator(
      createAccount({ repositories: { app: enabled([]) } }),
    );
    const client = new ECRClient(settings(simulator));
    await expect(client.send(getPolicy("app"))).rejects.toMatchObject({
      name: "RepositoryPolicyNotFoundException",
    });
    await expect(client.send(getPolicy("gone"))).rejects.toMatchObject({
      name: "RepositoryNotFoundException",
    });
    await expect(client.send(new GetRegistryPolicyCommand())).rejects.toMatchObject({
      name: "RegistryPolicyNotFoundException",
    });
  });
});
