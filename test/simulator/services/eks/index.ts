import {
  type Members,
  type Operation,
  type Place,
  ServiceError,
  pageOf,
  requireRange,
} from "../../operation.ts";
import { restService } from "../../service.ts";
import { type EksState, type SimulatedCluster, createEksState } from "./state.ts";

const listClusters: Operation<EksState> = (account, { maxResults = 100, nextToken, include }) => {
  requireRange("maxResults", Number(maxResults), 1, 100);
  const names = [...account.eksClusters].flatMap(([name, { isConnected }]) =>
    isConnected && include !== "all" ? [] : [name],
  );
  const { items, ...rest } = pageOf(names, nextToken, Number(maxResults));
  return { clusters: items, ...rest };
};

const describeCluster: Operation<EksState> = (account, { name }) => {
  const cluster = account.eksClusters.get(name);
  if (cluster === undefined) {
    throw new ServiceError("ResourceNotFoundException", `No cluster found for name: ${name}.`, 404);
  }
  const { status, isConnected, isPrivate, authenticationMode, id } = cluster;
  const facts = { name, arn: arnOf(account, name), status };
  if (isConnected) return { cluster: { ...facts, connectorConfig: { provider: "OTHER" } } };
  return {
    cluster: {
      ...facts,
      ...(id !== undefined && { id }),
      version: "1.35",
      accessConfig: { authenticationMode },
      resourcesVpcConfig: { endpointPublicAccess: !isPrivate, endpointPrivateAccess: true },
      ...serverOf(account, name, cluster),
    },
  };
};

function serverOf({ apiServers }: EksState, name: string, cluster: SimulatedCluster): Members {
  const { endpoint = `${apiServers.endpoint}/${name}`, authority = apiServers.authority } = cluster;
  if (endpoint === null) return {};
  const data = Buffer.from(authority).toString("base64");
  return { endpoint, certificateAuthority: { data } };
}

function arnOf({ region, id }: Place, name: string): string {
  return `arn:aws:eks:${region}:${id}:cluster/${name}`;
}

export const eks = restService({
  prefix: "eks",
  sdkId: "EKS",
  pageToken: "nextToken",
  createState: createEksState,
  routes: { ListClusters: "GET /clusters", DescribeCluster: "GET /clusters/{name}" },
  resourceOf: (place, { name }) => name && arnOf(place, name),
  operations: { ListClusters: listClusters, DescribeCluster: describeCluster },
});
