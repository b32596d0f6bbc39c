import { type Operation, pageOf, requireRange } from "../../operation.ts";
import { type EcsState, clusterArnOf } from "./state.ts";

export const listClusters: Operation<EcsState> = (account, { maxResults = 100, nextToken }) => {
  requireRange("maxResults", maxResults, 1, 100);
  const arns = [...account.clusters.keys()].map((name) => clusterArnOf(account, name));
  const { items, ...rest } = pageOf(arns, nextToken, maxResults);
  return { clusterArns: items, ...rest };
};
