import {
  type Members,
  type Operation,
  type Place,
  ServiceError,
  mapOf,
  pageOf,
  requireRange,
} from "../operation.ts";
import { restService } from "../service.ts";

interface AgentCoreState {
  /** The versions of each runtime, by number, the newest last. */
  readonly agentRuntimes: Map<string, Map<string, SimulatedRuntime>>;
}

interface SimulatedRuntime {
  /** Missing in one made of code. */
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A version, or its image alone; null for one made of code. */
type RuntimePart = string | null | SimulatedRuntime;

interface AgentCoreParts {
  readonly agentRuntimes?: Record<string, Record<string, RuntimePart>>;
}

function createAgentCoreState({ agentRuntimes }: AgentCoreParts): AgentCoreState {
  return { agentRuntimes: mapOf(agentRuntimes, (versions) => mapOf(versions, toRuntime)) };
}

function toRuntime(part: RuntimePart): SimulatedRuntime {
  return typeof part === "string" ? { image: part } : (part ?? {});
}

/** Lists each runtime in its newest version. */
const listAgentRuntimes: Operation<AgentCoreState> = (account, input) => {
  const { items, ...rest } = page([...account.agentRuntimes], input);
  return {
    agentRuntimes: items.map(([id, versions]) => summaryOf(account, id, newestOf(versions))),
    ...rest,
  };
};

const listAgentRuntimeVersions: Operation<AgentCoreState> = (account, input) => {
  const { agentRuntimeId: id } = input;
  const { items, ...rest } = page([...find(account, id).keys()], input);
  return { agentRuntimes: items.map((version) => summaryOf(account, id, version)), ...rest };
};

/** Describes one version of a runtime, the newest if none is given. */
const getAgentRuntime: Operation<AgentCoreState> = (account, { agentRuntimeId: id, version }) => {
  const versions = find(account, id);
  const asked = version ?? newestOf(versions);
  const found = versions.get(asked);
  if (found === undefined) throw gone(id);
  const { image, environment } = found;
  return {
    ...summaryOf(account, id, asked),
    createdAt: UPDATED_AT,
    roleArn: `arn:aws:iam::${account.id}:role/${id}`,
    lifecycleConfiguration: {},
    agentRuntimeArtifact:
      image === undefined
        ? { codeConfiguration: { runtime: "PYTHON_3_13", entryPoint: ["main.py"] } }
        : { containerConfiguration: { containerUri: image } },
    ...(environment !== undefined && { environmentVariables: environment }),
  };
};

const UPDATED_AT = "2026-10-01T12:00:00Z";

function summaryOf(place: Place, id: string, version: string): Members {
  return {
    agentRuntimeArn: arnOf(place, id),
    agentRuntimeId: id,
    agentRuntimeVersion: version,
    agentRuntimeName: id,
    description: "",
    lastUpdatedAt: UPDATED_AT,
    status: "READY",
  };
}

function newestOf(versions: Map<string, unknown>): string {
  return [...versions.keys()].at(-1) ?? "1";
}

function find({ agentRuntimes }: AgentCoreState, id: string): Map<string, SimulatedRuntime> {
  const versions = agentRuntimes.get(id);
  if (versions !== undefined) return versions;
  throw gone(id);
}

function gone(id: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", `Runtime ${id} was not found.`, 404);
}

function page<Item>(items: readonly Item[], { maxResults = 100, nextToken }: Members) {
  requireRange("maxResults", Number(maxResults), 1, 100);
  return pageOf(items, nextToken, Number(maxResults));
}

function arnOf({ region, id }: Place, runtime: string): string {
  return `arn:aws:bedrock-agentcore:${region}:${id}:runtime/${runtime}`;
}

export const agentCore = restService({
  prefix: "bedrock-agentcore",
  sdkId: "Bedrock AgentCore Control",
  pageToken: "nextToken",
  createState: createAgentCoreState,
  routes: {
    ListAgentRuntimes: "POST /runtimes/",
    ListAgentRuntimeVersions: "POST /runtimes/{agentRuntimeId}/versions/",
    GetAgentRuntime: "GET /runtimes/{agentRuntimeId}/",
  },
  resourceOf: (place, { agentRuntimeId }) => agentRuntimeId && arnOf(place, agentRuntimeId),
  operations: {
    ListAgentRuntimes: listAgentRuntimes,
    ListAgentRuntimeVersions: listAgentRuntimeVersions,
    GetAgentRuntime: getAgentRuntime,
  },
});
