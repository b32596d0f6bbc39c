import { type Operation, type Place, pageOf, requireRange, tokenOf } from "../operation.ts";
import { jsonService } from "../service.ts";

interface SsmState {
  /** The Regions that the public parameters name for App Runner. */
  readonly appRunnerRegions: readonly string[];
}

type SsmParts = Partial<SsmState>;

function createSsmState({ appRunnerRegions }: SsmParts, { region }: Place): SsmState {
  return { appRunnerRegions: appRunnerRegions ?? ["us-east-1", region] };
}

const APP_RUNNER_REGIONS = "/aws/service/global-infrastructure/services/apprunner/regions";

/** Starts with an empty page that has a token, as SSM may. */
const getParametersByPath: Operation<SsmState> = (
  account,
  { Path, MaxResults = 10, NextToken },
) => {
  requireRange("MaxResults", MaxResults, 1, 10);
  if (NextToken === undefined) return { Parameters: [], NextToken: tokenOf(0) };
  const regions = Path === APP_RUNNER_REGIONS ? account.appRunnerRegions : [];
  const { items, nextToken } = pageOf(regions, NextToken, MaxResults);
  const Parameters = items.map((region) => ({ Name: `${Path}/${region}`, Value: region }));
  return { Parameters, ...(nextToken !== undefined && { NextToken: nextToken }) };
};

export const ssm = jsonService({
  prefix: "ssm",
  sdkId: "SSM",
  pageToken: "NextToken",
  createState: createSsmState,
  resourceOf: ({ region }, { Path }) => `arn:aws:ssm:${region}::parameter${Path}`,
  version: "1.1",
  target: "AmazonSSM",
  operations: { GetParametersByPath: getParametersByPath },
});
