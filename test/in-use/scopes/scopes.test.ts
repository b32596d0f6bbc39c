import { expect, test } from "vitest";

import { connectAws } from "../../../src/aws/clients.ts";
import { findScopes } from "../../../src/in-use/scopes/find-scopes.ts";
import { useSimulator } from "../../make-run.ts";
import { createOrganization } from "../../simulator/organization.ts";
import { startSimulator } from "../../simulator/simulator.ts";

const NO_OTHERS = { accounts: [], role: "ecr-cleaner-evidence", externalId: undefined };

test("a Region in which ECR's host name does not resolve is none that can be read", async () => {
  await using simulator = await startSimulator(createOrganization());
  useSimulator({ env: simulator.envWithout("ecr") });
  const aws = await connectAws({ hasTime: () => true, now: Date.now });
  const settings = { ...NO_OTHERS, regions: ["eu-west-99"] };
  const { places, closed } = await findScopes(aws, settings, Date.now);
  expect(places).toEqual([]);
  expect(closed.map(({ place }) => place)).toEqual([
    "123456789012/eu-west-1",
    "123456789012/eu-west-99",
  ]);
  expect(closed[1]?.error.message).toMatch(
    /^Cannot find ECR in the AWS Region "eu-west-99": .* Check the name of the Region in IN_USE_REGIONS, and the network.$/,
  );
});

test("a run without the settings reads one place, and asks nobody where it is", async () => {
  await using simulator = await startSimulator(createOrganization());
  useSimulator(simulator);
  const aws = await connectAws({ hasTime: () => true, now: Date.now });
  const { places, closed } = await findScopes(aws, { ...NO_OTHERS, regions: [] }, Date.now);
  expect(places).toEqual([{ region: "eu-west-1", connect: expect.any(Function) }]);
  expect(places[0]?.connect()).toBe(aws);
  expect(closed).toEqual([]);
  expect(simulator.calls).toEqual([]);
});
