import { ACCOUNT_ID, type Account, REGION } from "../../simulator/account.ts";
import type { Place } from "../../simulator/operation.ts";
import type { Organization } from "../../simulator/organization.ts";

export const OTHER_REGION = "us-east-1";
export const OTHER_ACCOUNT = "222222222222";
/** An account that settings name less often, and that can be suspended. */
export const THIRD_ACCOUNT = "333333333333";

/** Where the run is, and the registry that it cleans. */
export const HOME: Place = { id: ACCOUNT_ID, region: REGION };
const ELSEWHERE: readonly Place[] = [
  { id: ACCOUNT_ID, region: OTHER_REGION },
  { id: OTHER_ACCOUNT, region: REGION },
  { id: OTHER_ACCOUNT, region: OTHER_REGION },
];

/** Where copies of home's images can be. */
export const COPY_PLACES = ELSEWHERE;
/** Where users can be. */
export const PLACES: readonly Place[] = [HOME, ...ELSEWHERE, { id: THIRD_ACCOUNT, region: REGION }];

/** A place as settings and messages name it. */
export function nameOf({ id, region }: Place): string {
  return `${id}/${region}`;
}

/** Calls of one place that the role in that account may not make. */
export interface Denial {
  readonly place: Place;
  readonly calls: "evidence" | "ECR";
}

/** An organization, and what a run is denied in it. */
export interface TriedOrganization extends Organization {
  readonly denial?: Denial | undefined;
}

/** Everything that a drawn organization has something in. */
export function placesIn({ members, place }: Organization): Account[] {
  return PLACES.filter(({ id }) => members.has(id)).map(({ id, region }) => place(id, region));
}
