import { type Members, mapOf } from "../../operation.ts";

export interface EksState {
  readonly eksClusters: Map<string, SimulatedCluster>;
  /** Where the API servers of all clusters are: each at a path of its own. Known once the simulator runs. */
  readonly apiServers: { endpoint: string; authority: string };
}

export interface SimulatedCluster {
  readonly status: string;
  /** Only registered in EKS, so that it has no endpoint. */
  readonly isConnected: boolean;
  readonly isPrivate: boolean;
  /** Of a local cluster on an AWS Outpost. */
  readonly id?: string;
  readonly authenticationMode: string;
  /** In place of the API server's own. */
  readonly endpoint?: string | null;
  readonly authority?: string;
  /** Whether each page but the first is preceded by an empty one. */
  readonly hasEmptyPages: boolean;
  /** By the API's name of the kind, then by namespace and name as in `shop/web`. */
  readonly objects: Map<string, Map<string, Members>>;
}

type ClusterPart = Partial<Omit<SimulatedCluster, "objects">> & {
  readonly objects?: Record<string, Record<string, Members>>;
};

export interface EksParts {
  readonly eksClusters?: Record<string, ClusterPart>;
}

export function createEksState({ eksClusters }: EksParts): EksState {
  return {
    eksClusters: mapOf(eksClusters, toCluster),
    apiServers: { endpoint: "", authority: "" },
  };
}

function toCluster({ objects, ...part }: ClusterPart): SimulatedCluster {
  return {
    status: "ACTIVE",
    isConnected: false,
    isPrivate: false,
    authenticationMode: "API_AND_CONFIG_MAP",
    hasEmptyPages: false,
    ...part,
    objects: mapOf(objects, (named) => mapOf(named, (object) => object)),
  };
}
