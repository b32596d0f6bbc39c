import { ELSEWHERE } from "./elsewhere.ts";
import type { UserKinds } from "./use.ts";

export const FUNCTIONS: UserKinds = {
  function: ({ id, image }) => ({ functions: { [id]: image } }),
  version: ({ id, image }) => ({ functions: { [id]: { $LATEST: ELSEWHERE, "1": image } } }),
  resolved: ({ id, image, resolved }) => ({
    functions: { [id]: { $LATEST: { image, resolved } } },
  }),
  "function environment": ({ id, text }) => ({
    functions: { [id]: { $LATEST: { image: ELSEWHERE }, "1": variables(text) } },
  }),
  "environment of a zip function": ({ id, text }) => ({
    functions: { [id]: { $LATEST: variables(text) } },
  }),
};

function variables(text: string) {
  return { environment: { LEVEL: "info", JOB_IMAGE: text } };
}
