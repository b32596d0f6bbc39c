import { nameOf } from "../in-use/scopes/place.ts";
import { count } from "./count.ts";
import type { PlaceSummary } from "./summary.ts";

/** How many Regions a text names. */
const MOST_REGIONS = 3;

const AND = new Intl.ListFormat("en-GB");

/** A place as people read it, `222222222222/eu-west-1`. */
export function placeName({ account, region }: PlaceSummary): string {
  return nameOf({ account: account ?? undefined, region });
}

/** Where a run read what is in use, such as "3 accounts and 2 Regions (5 places)". */
export function sayWhereRead(places: readonly PlaceSummary[]): string {
  const accounts = new Set(places.map(({ account }) => account)).size;
  const regions = regionsOf(places).length;
  return `${count(accounts, "account", "accounts")} and ${count(regions, "Region", "Regions")} (${count(places.length, "place", "places")})`;
}

/** Where a source is not available, such as "eu-west-3" or "5 of 17 Regions"; undefined if it is available everywhere. */
export function sayWhereMissing(id: string, places: readonly PlaceSummary[]): string | undefined {
  const without = places.filter(({ notAvailable }) => notAvailable.includes(id));
  if (without.length === 0) return undefined;
  const [regions, all] = [regionsOf(without), regionsOf(places).length];
  if (all === 1) return "this Region";
  if (regions.length === all) return `all ${all} Regions`;
  return regions.length > MOST_REGIONS
    ? `${regions.length} of ${all} Regions`
    : AND.format(regions);
}

/** Each Region once, in the order of the alphabet. */
export function regionsOf(places: readonly PlaceSummary[]): string[] {
  return [...new Set(places.map(({ region }) => region))].toSorted();
}
