import { ELSEWHERE } from "./elsewhere.ts";
import type { UserKinds } from "./use.ts";

export const BUILD_PROJECTS: UserKinds = {
  project: ({ id, image }) => ({ buildProjects: { [id]: image } }),
  "environment of a project": ({ id, text }) => ({
    buildProjects: { [id]: { image: ELSEWHERE, environment: { IMAGE: text } } },
  }),
  buildspec: ({ id, text }) => ({
    buildProjects: {
      [id]: { image: ELSEWHERE, buildspec: `phases:\n  build:\n    commands:\n      - ${text}\n` },
    },
  }),
};
