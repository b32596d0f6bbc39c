import { type Operation, ServiceError, pageOf, requireRange } from "../operation.ts";
import { restService, stateless } from "../service.ts";

/** Regions that are disabled in each new account. */
const OPT_IN_REGIONS = ["af-south-1", "ap-east-1", "eu-south-1", "me-central-1"];

/** Lists the caller's Regions, disabled ones too; another account's only with trusted access, which is off here. */
const listRegions: Operation<object> = (_, input, { world, caller }) => {
  const { AccountId, MaxResults = 50, NextToken, RegionOptStatusContains } = input;
  requireRange("MaxResults", MaxResults, 1, 50, "ValidationException");
  if (AccountId !== undefined) {
    throw new ServiceError(
      "AccessDeniedException",
      `User: ${caller.arn} is not authorized to perform: account:ListRegions`,
      403,
    );
  }
  const enabled = world.members.get(caller.accountId)?.regions ?? [];
  const regions = [...new Set([...enabled, ...OPT_IN_REGIONS])]
    .toSorted()
    .map((name) => ({ RegionName: name, RegionOptStatus: statusOf(name, enabled) }))
    .filter(({ RegionOptStatus }) => RegionOptStatusContains?.includes(RegionOptStatus) ?? true);
  const { items, nextToken } = pageOf(regions, NextToken, MaxResults);
  return { Regions: items, NextToken: nextToken };
};

function statusOf(region: string, enabled: readonly string[]): string {
  if (!enabled.includes(region)) return "DISABLED";
  return OPT_IN_REGIONS.includes(region) ? "ENABLED" : "ENABLED_BY_DEFAULT";
}

export const accountManagement = restService({
  prefix: "account",
  sdkId: "Account",
  pageToken: "NextToken",
  createState: stateless,
  isGlobal: true,
  throttled: { code: "TooManyRequestsException", status: 429 },
  routes: { ListRegions: "POST /listRegions" },
  operations: { ListRegions: listRegions },
});
