import {
  BedrockAgentCoreControlClient,
  GetAgentRuntimeCommand,
  paginateListAgentRuntimeVersions,
  paginateListAgentRuntimes,
} from "@aws-sdk/client-bedrock-agentcore-control";
import pMap from "p-map";

import { AwsCallError, call, collect, isGone } from "../../aws/calls.ts";
import { CONCURRENT_CALLS, type Service } from "../../aws/clients.ts";
import { findReferencesIn } from "../../registry/text.ts";
import { whereAvailable } from "./availability.ts";
import type { Source } from "./source.ts";

const AGENT_CORE = {
  Client: BedrockAgentCoreControlClient,
  answers: {
    "bedrock-agentcore:GetAgentRuntime": [
      "agentRuntimeArtifact.containerConfiguration.containerUri|agentRuntimeArtifact.codeConfiguration",
    ],
    "bedrock-agentcore:ListAgentRuntimeVersions": ["agentRuntimes"],
    "bedrock-agentcore:ListAgentRuntimes": ["agentRuntimes"],
  },
} satisfies Service<BedrockAgentCoreControlClient>;

/** The largest page of both lists (API limit). */
const PAGE_SIZE = 100;
/** The error with which AgentCore answers about a runtime or a version that is gone. */
const GONE = "ResourceNotFoundException";

/** Reports the image of every version of every agent runtime: an endpoint can name any version. */
export const source: Source = {
  id: "agentcore",
  title: "AgentCore",
  evidence: [
    "the image of every version of every Amazon Bedrock AgentCore runtime",
    "ECR references in environment variables",
  ],
  blindSpots: ["AgentCore harnesses, unless a runtime names their image"],
  statements: [
    {
      Sid: "ReadAgentCoreRuntimes",
      Action: Object.keys(AGENT_CORE.answers),
      purpose: "the images of Amazon Bedrock AgentCore runtimes",
    },
  ],
  read: async (scope, report) =>
    whereAvailable(async () => {
      const agentCore = scope.client(AGENT_CORE);
      const listed = await pMap(
        await listRuntimes(agentCore),
        async (id) => listVersions(agentCore, id),
        { concurrency: CONCURRENT_CALLS },
      );
      const readOne = async ({ id, version }: RuntimeVersion) => {
        const place = `AgentCore runtime ${id}, version ${version}`;
        // A version never changes.
        const images = await scope.askFact(place, async () => imagesOf(agentCore, id, version));
        for (const image of images ?? []) report.image(image, place);
      };
      await pMap(listed.flat(), readOne, { concurrency: CONCURRENT_CALLS });
    }),
};

interface RuntimeVersion {
  readonly id: string;
  readonly version: string;
}

async function listRuntimes(agentCore: BedrockAgentCoreControlClient): Promise<string[]> {
  return collect(
    {
      action: "bedrock-agentcore:ListAgentRuntimes",
      resource: "the account's AgentCore runtimes",
      paginator: paginateListAgentRuntimes({ client: agentCore, pageSize: PAGE_SIZE }, {}),
    },
    (page) => page.agentRuntimes?.map(({ agentRuntimeId }) => agentRuntimeId ?? ""),
  );
}

/** A runtime that is gone has no versions. */
async function listVersions(
  agentCore: BedrockAgentCoreControlClient,
  id: string,
): Promise<RuntimeVersion[]> {
  return collect(
    {
      action: "bedrock-agentcore:ListAgentRuntimeVersions",
      resource: `AgentCore runtime ${id}`,
      paginator: paginateListAgentRuntimeVersions(
        { client: agentCore, pageSize: PAGE_SIZE },
        { agentRuntimeId: id },
      ),
    },
    (page) => page.agentRuntimes?.map(({ agentRuntimeVersion: version = "" }) => ({ id, version })),
    GONE,
  );
}

/** Nothing if the version is gone. A runtime that is made of code has no image. */
async function imagesOf(
  agentCore: BedrockAgentCoreControlClient,
  id: string,
  version: string,
): Promise<string[] | undefined> {
  const action = "bedrock-agentcore:GetAgentRuntime";
  const resource = `AgentCore runtime ${id}, version ${version}`;
  const command = new GetAgentRuntimeCommand({ agentRuntimeId: id, agentRuntimeVersion: version });
  try {
    const runtime = await call(action, resource, () => agentCore.send(command));
    if (runtime.agentRuntimeVersion !== version) {
      const cause = new Error(`the answer is about version ${runtime.agentRuntimeVersion}`);
      throw new AwsCallError(action, resource, cause);
    }
    const image = runtime.agentRuntimeArtifact?.containerConfiguration?.containerUri;
    return [...new Set([...(image === undefined ? [] : [image]), ...findReferencesIn(runtime)])];
  } catch (error) {
    if (isGone(error, GONE)) return undefined;
    throw error;
  }
}
