import { expect, test } from "vitest";

import { app } from "../../accounts.ts";
import { digestOf } from "../../simulator/account.ts";
import { scan } from "../scan-account.ts";

const daemons = (tag: string) => ({
  clusters: { main: {}, other: {} },
  daemons: { main: { agent: [[{ image: app(tag), digest: digestOf("running") }, {}]] } },
});

test("the source reports the image of the current revision of a daemon, by tag and by digest", async () => {
  const { placesOf } = await scan(daemons("v1"));
  const place = "ECS daemon arn:aws:ecs:eu-west-1:123456789012:daemon/main/agent";
  expect(placesOf("", "v1")).toEqual([place]);
  expect(placesOf(digestOf("running"))).toEqual([place]);
});

test("the source is complete in a Region without managed daemons", async () => {
  const { sources } = await scan(
    { clusters: { main: {} } },
    {
      faults: (action) =>
        action === "ecs:ListDaemons"
          ? {
              kind: "error",
              code: "UnsupportedFeatureException",
              message: "Daemons are not supported in this Region.",
              status: 400,
            }
          : undefined,
    },
  );
  expect(sources).toContainEqual(
    expect.objectContaining({ id: "ecs-daemons", status: "complete", references: 0 }),
  );
});
