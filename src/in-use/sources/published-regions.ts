import { SSMClient, paginateGetParametersByPath } from "@aws-sdk/client-ssm";

import { AwsCallError, collect } from "../../aws/calls.ts";
import type { Service } from "../../aws/clients.ts";
import type { Scope } from "./source.ts";

const SSM = {
  Client: SSMClient,
  limits: [{ burst: 40, perSecond: 40, actions: ["ssm:GetParametersByPath"] }],
  answers: { "ssm:GetParametersByPath": ["Parameters"] },
} satisfies Service<SSMClient>;

/** The largest page of GetParametersByPath (API limit). */
const PARAMETERS_PAGE_SIZE = 10;

/**
 * Whether a service's host name fails to resolve because the Region does not have the service. If AWS cannot be reached in this
 * Region, or if its list of the service's Regions under `path` names this Region, the network is at fault.
 */
export async function isRegionWithout({ client, region }: Scope, path: string): Promise<boolean> {
  const paginator = paginateGetParametersByPath(
    { client: client(SSM), pageSize: PARAMETERS_PAGE_SIZE },
    { Path: path },
  );
  try {
    const regions = await collect(
      { action: "ssm:GetParametersByPath", resource: path, paginator },
      (page) => page.Parameters?.map(({ Value }) => Value),
    );
    return !regions.includes(region);
  } catch (error) {
    // Only 17 Regions publish the list. A refusal comes from AWS, so AWS is reachable.
    return error instanceof AwsCallError && error.httpStatus !== undefined && error.isDenied;
  }
}
