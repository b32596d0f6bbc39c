import pMap from "p-map";

import type { Aws, Identity } from "../../aws/clients.ts";
import { requireHost } from "../../aws/region.ts";
import { ECR } from "../../ecr/ecr.ts";
import { asError } from "../../errors.ts";
import { readOrganization } from "./accounts.ts";
import { type Caller, assume, readCaller } from "./evidence-role.ts";
import { nameOf } from "./place.ts";
import { listRegions } from "./regions.ts";
import {
  type ClosedPlace,
  type OpenPlace,
  type ScopeSettings,
  type Scopes,
  ownPlace,
} from "./scopes.ts";

const OWN_ACCOUNT = "the account of this run";
const LIST_ACCOUNTS =
  "only the organization's management account and its delegated administrators may: delegate it to this account, or name the accounts in IN_USE_ACCOUNTS";
const ASSUME_ROLE =
  "create the role in that account by deploy/evidence-role.yaml, check that the role trusts this one and its external id " +
  "(docs/organizations.md), or leave the account out of IN_USE_ACCOUNTS if it uses no image of this registry";
const LIST_REGIONS = "or name the Regions in IN_USE_REGIONS";

/** How many accounts are opened at the same time. */
const CONCURRENT_ACCOUNTS = 20;

/** Finds the places of a run that reads more than its own. */
export class Finder {
  readonly #aws: Aws;
  readonly #settings: ScopeSettings;
  readonly #now: () => number;
  readonly #closed: ClosedPlace[] = [];
  /** The Regions whose ECR has been looked for. */
  readonly #hosts = new Map<string, Promise<void>>();

  constructor(aws: Aws, settings: ScopeSettings, now: () => number) {
    this.#aws = aws;
    this.#settings = settings;
    this.#now = now;
  }

  async find(): Promise<Scopes> {
    const { accounts } = this.#settings;
    const aws = this.#aws;
    const closed = this.#closed;
    const caller = await this.#attempt(OWN_ACCOUNT, async () => readCaller(aws));
    if (caller === undefined) return { places: [ownPlace(aws)], closed, inactive: [] };
    const organization =
      accounts === "organization"
        ? await this.#attempt(
            OWN_ACCOUNT,
            async () => readOrganization(aws, caller.account),
            LIST_ACCOUNTS,
          )
        : undefined;
    const ids = accounts === "organization" ? (organization?.active ?? []) : accounts;
    const places = await pMap(
      new Set([caller.account, ...ids]),
      async (id) => this.#open(id, caller),
      { concurrency: CONCURRENT_ACCOUNTS },
    );
    const { id, inactive = [] } = organization ?? {};
    return {
      places: places.flat(),
      // They were opened side by side: whichever failed first says nothing.
      closed: closed.toSorted((a, b) => (a.place < b.place ? -1 : 1)),
      inactive,
      ...(id !== undefined && { organization: id }),
    };
  }

  async #attempt<Result>(
    place: string,
    open: () => Promise<Result>,
    advice?: string,
  ): Promise<Result | undefined> {
    try {
      return await open();
    } catch (error) {
      this.#closed.push({ place, error: asError(error), ...(advice !== undefined && { advice }) });
      return undefined;
    }
  }

  async #open(account: string, caller: Caller): Promise<OpenPlace[]> {
    const aws = this.#aws;
    const isHome = account === caller.account;
    const identity = isHome ? aws.identity : this.#roleOf(account, caller);
    // A role that cannot be assumed fails once, not in each Region.
    const session = await this.#attempt(account, identity, isHome ? undefined : ASSUME_ROLE);
    if (session === undefined) return [];
    const listing = this.#attempt(
      account,
      async () => this.#regionsOf(identity, isHome),
      LIST_REGIONS,
    );
    const places = ((await listing) ?? []).map((region): OpenPlace => {
      const isHere = isHome && region === aws.region;
      return { account, region, connect: () => (isHere ? aws : aws.elsewhere(region, identity)) };
    });
    const found = await Promise.all(places.map(async (place) => this.#hasEcr(place)));
    return places.filter((_, i) => found[i] === true);
  }

  #roleOf(account: string, { partition }: Caller): Identity {
    const { role, externalId } = this.#settings;
    const arn = `arn:${partition}:iam::${account}:role/${role}`;
    return assume(this.#aws, { arn, externalId }, this.#now);
  }

  /** The run's own Region is always read, unless another account has not enabled it. */
  async #regionsOf(identity: Identity, isHome: boolean): Promise<string[]> {
    const { regions } = this.#settings;
    const { region, elsewhere } = this.#aws;
    if (regions !== "all") return [...new Set([region, ...regions])];
    return listRegions(elsewhere(region, identity), isHome ? region : undefined);
  }

  /** In a Region of a wrong name, no service would seem to be available. */
  async #hasEcr(place: OpenPlace): Promise<boolean> {
    const { region, connect } = place;
    const looking =
      this.#hosts.get(region) ?? requireHost(connect().client(ECR), region, "IN_USE_REGIONS");
    this.#hosts.set(region, looking);
    return (await this.#attempt(nameOf(place), async () => looking.then(() => true))) ?? false;
  }
}
