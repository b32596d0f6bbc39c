import { describe, expect, test } from "vitest";

import { app } from "../../accounts.ts";
import { readSource } from "../read-source.ts";

describe("the AgentCore source", () => {
  test("reports the image of every version of every runtime, and names both", async () => {
    const { used, placesOf } = await readSource("agentcore", {
      agentRuntimes: { helper: { 1: app("v1"), 2: app("v2") }, guide: { 1: app("v3") } },
    });
    expect(used).toEqual(["v1", "v2", "v3"]);
    expect(placesOf("v1")).toEqual(["AgentCore runtime helper, version 1"]);
  });

  test("reports no image of a runtime that is made of code, but what its environment names", async () => {
    const { used } = await readSource(
      "agentcore",
      { agentRuntimes: { helper: { 1: null } } },
      {
        answers: {
          "bedrock-agentcore:GetAgentRuntime": () => ({
            agentRuntimeVersion: "1",
            agentRuntimeArtifact: { codeConfiguration: { runtime: "PYTHON_3_13" } },
            environmentVariables: { SANDBOX: app("v4") },
          }),
        },
      },
    );
    expect(used).toEqual(["v4"]);
  });

  test("fails if AgentCore answers about another version than the one asked for", async () => {
    const reading = readSource(
      "agentcore",
      { agentRuntimes: { helper: { 1: app("v1"), 2: app("v2") } } },
      {
        answers: {
          "bedrock-agentcore:GetAgentRuntime": () => ({
            agentRuntimeVersion: "2",
            agentRuntimeArtifact: { containerConfiguration: { containerUri: app("v2") } },
          }),
        },
      },
    );
    await expect(reading).rejects.toThrow(
      "bedrock-agentcore:GetAgentRuntime failed for AgentCore runtime helper, version 1: the answer is about version 2",
    );
  });
});
