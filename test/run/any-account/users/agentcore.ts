import { ELSEWHERE } from "./elsewhere.ts";
import type { UserKinds } from "./use.ts";

export const AGENT_RUNTIMES: UserKinds = {
  runtime: ({ id, image }) => ({ agentRuntimes: { [id]: { 1: image } } }),
  "older version of a runtime": ({ id, image }) => ({
    agentRuntimes: { [id]: { 1: image, 2: ELSEWHERE } },
  }),
  "environment of a runtime": ({ id, text }) => ({
    agentRuntimes: { [id]: { 1: { environment: { IMAGE: text } }, 2: null } },
  }),
};
