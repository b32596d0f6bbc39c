import { expect, test } from "vitest";

import { clean } from "../emulators/bundle.ts";
import { createService } from "../emulators/holders/ecs.ts";
import { createRole } from "../emulators/holders/holder.ts";
import { createPipe } from "../emulators/holders/task-starts.ts";
import { ENABLED, REGISTRY, createRepository, remaining } from "../emulators/registry.ts";
import { useMinistack } from "./ministack.ts";

useMinistack();

test.for([
  {
    name: "the answer about a pipe lacks its task definition",
    sources: "ecs pipes",
    failed: "pipes:DescribePipe failed for EventBridge pipe pipe",
  },
  {
    name: "the service does not know a call",
    sources: "ecs ecs-daemons",
    failed: "ecs:ListDaemons failed for ECS cluster arn:aws:ecs:us-west-1",
  },
  {
    name: "a service answers that it does not exist",
    sources: "ecs sagemaker",
    failed: "sagemaker:List",
  },
])("nothing is deleted if $name", async ({ sources, failed }) => {
  await createRepository("app", ENABLED, ["pipe", "unused", "web"]);
  await createRole();
  await createService(`${REGISTRY}/app:web`, "web");
  await createPipe(`${REGISTRY}/app:pipe`, "pipe");
  await expect(clean({ IN_USE_SOURCES: sources })).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining(failed),
  });
  expect(await remaining("app")).toEqual(["pipe", "unused", "web"]);
});
