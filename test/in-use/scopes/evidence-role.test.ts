import { expect, test } from "vitest";

import { connectAws } from "../../../src/aws/clients.ts";
import { assume } from "../../../src/in-use/scopes/evidence-role.ts";
import { useSimulator } from "../../make-run.ts";
import { ServiceError } from "../../simulator/operation.ts";
import { createOrganization } from "../../simulator/organization.ts";
import { type SimulatorOptions, startSimulator } from "../../simulator/simulator.ts";

const ARN = "arn:aws:iam::222222222222:role/ecr-cleaner-evidence";
const MINUTE = 60_000;

/** Prepares the role of another account, with a clock that the test moves. */
async function prepare(options: SimulatorOptions = {}) {
  const organization = createOrganization({ accounts: { "222222222222": {} } });
  const simulator = await startSimulator(organization, options);
  useSimulator(simulator);
  const clock = { now: Date.now() };
  const aws = await connectAws({ hasTime: () => true, now: Date.now });
  const identity = assume(aws, { arn: ARN, externalId: undefined }, () => clock.now);
  const assumed = () => simulator.callsOf("sts:AssumeRole").length;
  return { simulator, clock, identity, assumed };
}

test("a role is assumed once for all who ask at the same time, and later", async () => {
  const { simulator, identity, assumed } = await prepare();
  await using _ = simulator;
  const sessions = await Promise.all([identity(), identity(), identity()]);
  expect(new Set([...sessions, await identity()]).size).toBe(1);
  expect(assumed()).toBe(1);
});

test("credentials are renewed once, ten minutes before they end", async () => {
  const { simulator, clock, identity, assumed } = await prepare();
  await using _ = simulator;
  const first = await identity();
  clock.now += 49 * MINUTE;
  expect(await identity()).toBe(first);
  clock.now += 2 * MINUTE;
  const [second, third] = await Promise.all([identity(), identity()]);
  expect(second).not.toBe(first);
  expect(third).toBe(second);
  expect(assumed()).toBe(2);
});

test("a refusal is not remembered", async () => {
  let isRefused = true;
  const { simulator, identity } = await prepare({
    before: {
      "sts:AssumeRole": () => {
        if (isRefused) throw new ServiceError("AccessDenied", "not yet", 403);
      },
    },
  });
  await using _ = simulator;
  await expect(identity()).rejects.toThrow(`sts:AssumeRole failed for role ${ARN}: AccessDenied`);
  isRefused = false;
  await expect(identity()).resolves.toMatchObject({ expiration: expect.any(Date) });
});
