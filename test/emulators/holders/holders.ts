import { ecs } from "./ecs.ts";
import type { Holder } from "./holder.ts";
import { agentcore, batch, codebuild, sagemaker } from "./image-users.ts";
import { lambda } from "./lambda.ts";
import { eventbridge, pipes, scheduler, stepFunctions } from "./task-starts.ts";

/** Everything that an emulator can hold, by the id of the source of evidence that reads it. */
export const HOLDERS: Readonly<Record<string, readonly Holder[]>> = {
  ecs,
  lambda,
  eventbridge,
  scheduler,
  pipes,
  "step-functions": stepFunctions,
  batch,
  sagemaker,
  codebuild,
  agentcore,
};
