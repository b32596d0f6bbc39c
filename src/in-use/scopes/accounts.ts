import { OrganizationsClient, paginateListAccounts } from "@aws-sdk/client-organizations";

import { AwsCallError, collect, required } from "../../aws/calls.ts";
import type { Clients, Service } from "../../aws/clients.ts";
import type { Statement } from "../../aws/permissions.ts";

const ACTION = "organizations:ListAccounts";
const RESOURCE = "the accounts of the organization";

const ORGANIZATIONS = {
  Client: OrganizationsClient,
  answers: { [ACTION]: ["Accounts"] },
} satisfies Service<OrganizationsClient>;

export const ACCOUNTS_STATEMENT: Statement = {
  Sid: "ListTheAccountsOfTheOrganization",
  Action: [ACTION],
  purpose: "which accounts the organization has; only with `IN_USE_ACCOUNTS=organization`",
};

/** In these states AWS lets nobody into an account, so no role of it can be assumed. An account in any other state is read. */
const INACTIVE = new Set(["SUSPENDED", "CLOSED", "PENDING_ACTIVATION"]);

/** An organization, and its accounts by their 12 digits. */
export interface Organization {
  readonly id: string;
  readonly active: readonly string[];
  /** Suspended and closed accounts, and those that nobody has ever activated. */
  readonly inactive: readonly string[];
}

/**
 * Lists the accounts of the organization. Throws AwsCallError, also if AWS names no account or none of a known organization.
 *
 * @param own the account that asks: it is one of the organization, so a list without it is not complete
 */
export async function readOrganization({ client }: Clients, own: string): Promise<Organization> {
  const paginator = paginateListAccounts({ client: client(ORGANIZATIONS) }, {});
  const accounts = await collect(
    { action: ACTION, resource: RESOURCE, paginator },
    (page) => page.Accounts,
  );
  const id = /^arn:[^:]+:organizations::\d+:account\/(?<id>o-[^/]+)\//.exec(accounts[0]?.Arn ?? "");
  const named = accounts.map(({ Id, State, Status }) => ({
    id: required(Id, ACTION, RESOURCE),
    isInactive: INACTIVE.has(State ?? Status ?? ""),
  }));
  if (named.every((account) => account.id !== own)) {
    const cause = new Error(`the list lacks this account, ${own}, so it is not complete`);
    throw new AwsCallError(ACTION, RESOURCE, cause);
  }
  return {
    id: required(id?.groups?.["id"], ACTION, RESOURCE),
    active: named.filter(({ isInactive }) => !isInactive).map((account) => account.id),
    inactive: named.filter(({ isInactive }) => isInactive).map((account) => account.id),
  };
}
