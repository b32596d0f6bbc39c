/** An account of an organization, as the organization and its other accounts know it. */
export interface Member {
  readonly name: string;
  readonly state: MemberState;
  /** The role that home may assume, with its path; null if there is none. */
  readonly role: string | null;
  /** What the role's trust policy requires. */
  readonly externalId?: string;
  /** The enabled Regions. */
  readonly regions: readonly string[];
}

export type MemberState =
  "ACTIVE" | "SUSPENDED" | "PENDING_ACTIVATION" | "PENDING_CLOSURE" | "CLOSED";

/** The accounts and Regions behind one port. */
export interface World<Place> {
  /** Missing if home is in no organization. */
  readonly organizationId?: string;
  /** The place of the caller's own credentials. */
  readonly home: Place;
  /** By account id. */
  readonly members: ReadonlyMap<string, Member>;
  /** One account in one Region. */
  readonly place: (accountId: string, region: string) => Place;
}

/** Whether a Region of an account can be asked. */
export function isEnabled(
  { members }: Pick<World<never>, "members">,
  accountId: string,
  region: string,
): boolean {
  return members.get(accountId)?.regions.includes(region) ?? false;
}

/** A world of one account, which answers for one Region whatever Region a request is signed for. */
export function worldOf<Place extends { readonly id: string; readonly region: string }>(
  home: Place,
): World<Place> {
  const member: Member = { name: "home", state: "ACTIVE", role: null, regions: [home.region] };
  return { home, members: new Map([[home.id, member]]), place: () => home };
}
