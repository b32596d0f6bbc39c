import type { Account } from "../../../simulator/account.ts";
import type { Place } from "../../../simulator/operation.ts";
import type { TriedOrganization } from "../places.ts";
import type { Settings } from "./settings.ts";

/** The accounts that a run reads: its own, and those that the settings name. */
export function accountsRead(organization: TriedOrganization, settings: Settings): string[] {
  const { home, members } = organization;
  const named = settings["IN_USE_ACCOUNTS"] ?? "";
  if (named !== "organization") return [home.id, ...named.split(" ").filter(Boolean)];
  return [...members].flatMap(([id, { state }]) => (state === "SUSPENDED" ? [] : [id]));
}

/** The places that a run reads, or undefined if one of them cannot be read. */
export function placesRead(
  organization: TriedOrganization,
  settings: Settings,
): readonly Account[] | undefined {
  const places = [...new Set(accountsRead(organization, settings))].flatMap((id) =>
    regionsRead(organization, settings, id).map((region) => ({ id, region })),
  );
  if (!places.every((place) => isOpen(organization, place))) return undefined;
  return places.map(({ id, region }) => organization.place(id, region));
}

export function isSame(one: Place, other: Place): boolean {
  return one.id === other.id && one.region === other.region;
}

function regionsRead(
  { home, members }: TriedOrganization,
  settings: Settings,
  id: string,
): readonly string[] {
  const named = settings["IN_USE_REGIONS"] ?? "";
  if (named === "all") return members.get(id)?.regions ?? [];
  return [home.region, ...named.split(" ").filter(Boolean)];
}

/** Whether the role may read everything, and the Region answers. Home needs no role. */
function isOpen({ home, members, denial }: TriedOrganization, place: Place): boolean {
  const member = members.get(place.id);
  const hasRole = place.id === home.id || (member?.state === "ACTIVE" && member.role !== null);
  const isDenied =
    denial !== undefined &&
    isSame(denial.place, place) &&
    (denial.calls === "evidence" || isSame(place, home));
  return hasRole && member?.regions.includes(place.region) === true && !isDenied;
}
