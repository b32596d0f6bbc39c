import { AccountClient, ListRegionsCommand, paginateListRegions } from "@aws-sdk/client-account";
import {
  ListAccountsCommand,
  OrganizationsClient,
  paginateListAccounts,
} from "@aws-sdk/client-organizations";
import { describe, expect, test } from "vitest";

import { createAccount } from "./account.ts";
import { settings } from "./ask.ts";
import { OTHER, assumedSettings } from "./assume.ts";
import { createOrganization } from "./organization.ts";
import { startSimulator } from "./simulator.ts";

const HOME = "123456789012";

async function pagesOf<Page>(pager: AsyncIterable<Page>): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const page of pager) pages.push(page);
  return pages;
}

describe("ListAccounts", () => {
  test("answers every account in pages of which the first is empty", async () => {
    const ids = Array.from({ length: 24 }, (_, i) => String(300_000_000_000 + i));
    const organization = createOrganization({
      places: { [`${OTHER}/eu-west-1`]: {} },
      accounts: Object.fromEntries(ids.map((id) => [id, {}])),
    });
    await using simulator = await startSimulator(organization);
    const client = new OrganizationsClient(settings(simulator));
    const pages = await pagesOf(paginateListAccounts({ client }, {}));
    expect(pages.map(({ Accounts }) => Accounts?.length)).toEqual([0, 20, 6]);
    const accounts = pages.flatMap(({ Accounts = [] }) => Accounts);
    expect(accounts.map(({ Id }) => Id)).toEqual([HOME, OTHER, ...ids]);
    expect(accounts[1]).toMatchObject({
      Arn: `arn:aws:organizations::${HOME}:account/o-simulated0/${OTHER}`,
      JoinedTimestamp: expect.any(Date),
    });
    expect(simulator.calls[0]).toMatchObject({ place: `${HOME}/us-east-1` });
  });

  test("answers names and states, and of the states that are new no status", async () => {
    const organization = createOrganization({
      accounts: {
        [OTHER]: { name: "shop", state: "SUSPENDED" },
        "333333333333": { state: "PENDING_ACTIVATION" },
        "444444444444": { state: "CLOSED" },
      },
    });
    await using simulator = await startSimulator(organization);
    const client = new OrganizationsClient(settings(simulator));
    const pages = await pagesOf(paginateListAccounts({ client }, { MaxResults: 3 }));
    const accounts = pages.flatMap(({ Accounts = [] }) => Accounts);
    expect(accounts.map(({ Name, State, Status }) => [Name, State, Status])).toEqual([
      [`account-${HOME}`, "ACTIVE", "ACTIVE"],
      ["shop", "SUSPENDED", "SUSPENDED"],
      ["account-333333333333", "PENDING_ACTIVATION", undefined],
      ["account-444444444444", "CLOSED", undefined],
    ]);
  });

  test("is refused to other accounts, to lone accounts, and when it is asked for too much", async () => {
    const organization = createOrganization({ accounts: { [OTHER]: {} } });
    await using simulator = await startSimulator(organization);
    await using lone = await startSimulator(createAccount());
    const refusals = [
      { client: await assumedSettings(simulator), name: "AccessDeniedException" },
      { client: settings(lone), name: "AWSOrganizationsNotInUseException" },
      { client: settings(simulator), input: { MaxResults: 21 }, name: "InvalidInputException" },
    ];
    for (const { client, input = {}, name } of refusals) {
      const answer = new OrganizationsClient(client).send(new ListAccountsCommand(input));
      await expect(answer).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
    }
  });
});

describe("ListRegions", () => {
  const organization = () =>
    createOrganization({ accounts: { [OTHER]: { regions: ["ap-east-1", "eu-west-1"] } } });

  test("answers the Regions of the caller's account, disabled ones too", async () => {
    await using simulator = await startSimulator(organization());
    const client = new AccountClient(await assumedSettings(simulator));
    const pages = await pagesOf(paginateListRegions({ client }, { MaxResults: 2 }));
    expect(pages.map(({ Regions }) => Regions?.length)).toEqual([2, 2, 1]);
    const regions = pages.flatMap(({ Regions = [] }) => Regions);
    expect(regions.map(({ RegionName, RegionOptStatus }) => [RegionName, RegionOptStatus])).toEqual(
      [
        ["af-south-1", "DISABLED"],
        ["ap-east-1", "ENABLED"],
        ["eu-south-1", "DISABLED"],
        ["eu-west-1", "ENABLED_BY_DEFAULT"],
        ["me-central-1", "DISABLED"],
      ],
    );
  });

  test.for([
    { client: settings, regions: ["eu-west-1", "us-east-1"] },
    { client: assumedSettings, regions: ["ap-east-1", "eu-west-1"] },
  ])("answers the enabled ones: $regions", async ({ client, regions }) => {
    await using simulator = await startSimulator(organization());
    const { Regions } = await new AccountClient(await client(simulator)).send(
      new ListRegionsCommand({ RegionOptStatusContains: ["ENABLED", "ENABLED_BY_DEFAULT"] }),
    );
    expect(Regions?.map(({ RegionName }) => RegionName)).toEqual(regions);
  });

  test("is refused for another account, and when it is asked for too much", async () => {
    await using simulator = await startSimulator(organization());
    const client = new AccountClient(settings(simulator));
    const ofOther = client.send(new ListRegionsCommand({ AccountId: OTHER }));
    await expect(ofOther).rejects.toMatchObject({ name: "AccessDeniedException" });
    const many = client.send(new ListRegionsCommand({ MaxResults: 51 }));
    await expect(many).rejects.toMatchObject({ name: "ValidationException" });
  });
});

test("global services say that calls come too fast in their own way", async () => {
  await using simulator = await startSimulator(createOrganization(), {
    faults: () => ({ kind: "throttled" }),
  });
  const client = settings(simulator);
  const accounts = new OrganizationsClient(client).send(new ListAccountsCommand());
  await expect(accounts).rejects.toMatchObject({ name: "TooManyRequestsException" });
  const regions = new AccountClient(client).send(new ListRegionsCommand());
  await expect(regions).rejects.toMatchObject({
    name: "TooManyRequestsException",
    $metadata: { httpStatusCode: 429 },
  });
});
