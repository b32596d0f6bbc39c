import type { Aws } from "../../aws/clients.ts";
import { type ScopeSettings, type Scopes, ownPlace } from "./scopes.ts";

/**
 * Finds every account and Region that a run reads, and assumes the role of each account. What cannot be opened is in
 * `closed`: it throws nothing.
 */
export async function findScopes(
  aws: Aws,
  settings: ScopeSettings,
  now: () => number,
): Promise<Scopes> {
  if (settings.accounts.length === 0 && settings.regions.length === 0) {
    return { places: [ownPlace(aws)], closed: [], inactive: [] };
  }
  // The clients of STS, Organizations and Account load with it.
  const { Finder } = await import("./finder.ts");
  return new Finder(aws, settings, now).find();
}
