import { AccountClient, type RegionOptStatus, paginateListRegions } from "@aws-sdk/client-account";

import { AwsCallError, collect, required } from "../../aws/calls.ts";
import type { Clients, Service } from "../../aws/clients.ts";
import type { Statement } from "../../aws/permissions.ts";

const ACTION = "account:ListRegions";
const RESOURCE = "the Regions of the account";

const ACCOUNT = {
  Client: AccountClient,
  answers: { [ACTION]: ["Regions"] },
} satisfies Service<AccountClient>;

export const REGIONS_STATEMENT: Statement = {
  Sid: "ListTheRegionsOfTheAccount",
  Action: [ACTION],
  purpose: "which Regions the account has enabled; only with `IN_USE_REGIONS=all`",
};

/** What runs in a Region that is being disabled can still pull images. */
const ENABLED: RegionOptStatus[] = ["ENABLED", "ENABLED_BY_DEFAULT", "DISABLING"];

/**
 * Lists the Regions that an account has enabled. Throws AwsCallError.
 *
 * @param own a Region that the account is known to use: a list without it is not complete
 */
export async function listRegions({ client }: Clients, own?: string): Promise<string[]> {
  const paginator = paginateListRegions(
    { client: client(ACCOUNT) },
    { RegionOptStatusContains: ENABLED },
  );
  const regions = await collect(
    { action: ACTION, resource: RESOURCE, paginator },
    (page) => page.Regions,
  );
  // Every account has Regions.
  required(regions[0], ACTION, RESOURCE);
  const names = regions.map(({ RegionName }) => required(RegionName, ACTION, RESOURCE));
  if (own !== undefined && !names.includes(own)) {
    const cause = new Error(`the list lacks the Region of this run, ${own}, so it is not complete`);
    throw new AwsCallError(ACTION, RESOURCE, cause);
  }
  return names;
}
