import { type ECSClient, paginateListClusters } from "@aws-sdk/client-ecs";

import { collect } from "../../../aws/calls.ts";
import type { Scope } from "../source.ts";
import { ECS } from "./service.ts";

/** The largest page of ListClusters (API limit). */
const PAGE_SIZE = 100;

/** Lists the ARNs of all clusters, once a scan. Throws AwsCallError. */
export async function listClusters(scope: Scope): Promise<readonly string[]> {
  return scope.once("ECS clusters", async () => readClusters(scope.client(ECS)));
}

async function readClusters(ecs: ECSClient): Promise<string[]> {
  return collect(
    {
      action: "ecs:ListClusters",
      resource: "the account's ECS clusters",
      paginator: paginateListClusters({ client: ecs, pageSize: PAGE_SIZE }, {}),
    },
    (page) => page.clusterArns,
  );
}
