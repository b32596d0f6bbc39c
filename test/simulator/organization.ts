import { ACCOUNT_ID, type Account, type AccountParts, REGION, createAccount } from "./account.ts";
import type { Member, World } from "./world.ts";

const DEFAULT_REGIONS = [REGION, "us-east-1"];
const DEFAULT_ROLE = "ecr-cleaner-evidence";

/** What a test may say about an account of the organization; the rest has defaults. */
export type SimulatedMember = Partial<Member>;

/** The parts of an organization that a test cares about. */
export interface OrganizationParts {
  /** The management account in its main Region. */
  readonly home?: AccountParts;
  /** By account and Region, such as `222222222222/eu-west-1`. */
  readonly places?: Readonly<Record<string, AccountParts>>;
  /** By account id; the accounts of `places` exist without it. */
  readonly accounts?: Readonly<Record<string, SimulatedMember>>;
  readonly id?: string;
}

/** Several accounts and Regions behind one port. */
export interface Organization extends World<Account> {
  readonly organizationId: string;
  /** By account id; a test may change it. */
  readonly members: Map<string, Member>;
}

export function createOrganization(parts: OrganizationParts = {}): Organization {
  const { home, places = {}, accounts = {}, id = "o-simulated0" } = parts;
  const created = new Map<string, Account>();
  const members = membersOf(Object.keys(places), accounts);
  const place = (accountId: string, region: string) => {
    if (!members.has(accountId)) throw new Error(`There is no simulated account ${accountId}`);
    const key = keyOf(accountId, region);
    const account = created.get(key) ?? createAccount(places[key], { id: accountId, region });
    created.set(key, account);
    return account;
  };
  const homeAccount = createAccount(home);
  created.set(keyOf(ACCOUNT_ID, REGION), homeAccount);
  return { organizationId: id, home: homeAccount, members, place };
}

function keyOf(accountId: string, region: string): string {
  return `${accountId}/${region}`;
}

/** Every account that is named anywhere, with home first. */
function membersOf(
  places: readonly string[],
  accounts: Readonly<Record<string, SimulatedMember>>,
): Map<string, Member> {
  const accountIds = places.map((place) => place.replace(/\/.*/, ""));
  const ids = new Set([ACCOUNT_ID, ...accountIds, ...Object.keys(accounts)]);
  return new Map([...ids].map((id) => [id, memberOf(id, places, accounts[id])]));
}

/** A Region that has a place is enabled, unless the test says which Regions are. */
function memberOf(id: string, places: readonly string[], parts: SimulatedMember = {}): Member {
  const used = places
    .filter((place) => place.startsWith(`${id}/`))
    .map((place) => place.slice(id.length + 1));
  return {
    name: `account-${id}`,
    state: "ACTIVE",
    role: DEFAULT_ROLE,
    regions: [...new Set([...DEFAULT_REGIONS, ...used])],
    ...parts,
  };
}
