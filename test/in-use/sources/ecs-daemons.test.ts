import { expect, test } from "vitest";

import { app } from "../../accounts.ts";
import { digestOf } from "../../simulator/account.ts";
import { scan } from "../scan-account.ts";

const daemons = (tag: string) => ({
  clusters: { main: {}, other: {} },
  daemons: {
    main: { agent: { current: [[{ image: app(tag), digest: digestOf("running") }]] } },
  },
});

test("the source reports the image of the current revision of a daemon, by tag and by digest", async () => {
  const { placesOf } = await scan(daemons("v1"));
  const place = "ECS daemon main/agent";
  expect(placesOf("", "v1")).toEqual([place]);
  expect(placesOf(digestOf("running"))).toEqual([place]);
});

test.for(["UnsupportedFeatureException", "UnknownOperationException"])(
  "the source is complete in a Region without managed daemons, where ECS answers %s",
  async (code) => {
    const { sources } = await scan(
      { clusters: { main: {} } },
      {
        faults: (action) =>
          action === "ecs:ListDaemons"
            ? { kind: "error", code, message: "Not supported in this Region.", status: 400 }
            : undefined,
      },
    );
    expect(sources).toContainEqual(
      expect.objectContaining({ id: "ecs-daemons", status: "complete", references: 0 }),
    );
  },
);

test("the source reads the task definition of a daemon whose revision does not show all images", async () => {
  const { inUse } = await scan({
    daemons: {
      main: { agent: { current: [[{ image: app("v1") }, { image: app("v2"), isHidden: true }]] } },
    },
  });
  expect(inUse).toEqual(["v1", "v2"]);
});

test("the source reports the revision that a deployment of a daemon in progress comes from", async () => {
  const { inUse } = await scan({
    daemons: {
      main: { agent: { current: [[{ image: app("v2") }]], earlier: [[{ image: app("v1") }]] } },
    },
  });
  expect(inUse).toEqual(["v1", "v2"]);
});
