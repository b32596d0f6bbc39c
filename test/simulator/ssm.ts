import { type Operation, pageOf, requireRange } from "./operation.ts";

const APP_RUNNER_REGIONS = "/aws/service/global-infrastructure/services/apprunner/regions";

/** Starts with an empty page that has a token, as SSM may. */
const getParametersByPath: Operation = (account, { Path, MaxResults = 10, NextToken }) => {
  requireRange("MaxResults", MaxResults, 1, 10);
  if (NextToken === undefined) return { Parameters: [], NextToken: "MA==" };
  const regions = Path === APP_RUNNER_REGIONS ? account.appRunnerRegions : [];
  const { items, nextToken } = pageOf(regions, NextToken, MaxResults);
  const Parameters = items.map((region) => ({ Name: `${Path}/${region}`, Value: region }));
  return { Parameters, ...(nextToken !== undefined && { NextToken: nextToken }) };
};

export const ssm = { GetParametersByPath: getParametersByPath };
