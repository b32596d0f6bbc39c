import type { Pluggable } from "@smithy/types";
import { describe, expect, test } from "vitest";

import { type AnyClient, type Service, connectAws } from "../../../src/aws/clients.ts";
import { loadSources } from "../../../src/in-use/sources/index.ts";
import { useSimulator } from "../../make-run.ts";
import { createAccount } from "../../simulator/account.ts";
import { startSimulator } from "../../simulator/simulator.ts";
import { readSource, taskTarget } from "../read-source.ts";

describe("a Region whose host name does not resolve", () => {
  test.for([
    { id: "eventbridge", lacks: "events" },
    { id: "scheduler", lacks: "scheduler" },
    { id: "pipes", lacks: "pipes" },
    { id: "step-functions", lacks: "states" },
  ])("has no $id", async ({ id, lacks }) => {
    expect(await readSource(id, {}, { lacks })).toMatchObject({
      status: "not-available",
      references: 0,
    });
  });
});

test("a host name that has resolved before does not mean a Region without the service", async () => {
  const account = createAccount({
    scheduleGroups: { default: { nightly: { target: taskTarget("job:1") } } },
  });
  await using simulator = await startSimulator(account);
  useSimulator(simulator);
  const aws = await connectAws({ hasTime: () => true, now: Date.now });
  const lossy = <Client extends AnyClient>(service: Service<Client>) => {
    const real = aws.client(service);
    real.middlewareStack.use(losingItsHost("GetScheduleCommand", 3));
    return real;
  };
  const named: string[] = [];
  const [scheduler] = await loadSources(["scheduler"]);
  const status = await scheduler?.read(
    {
      ...aws,
      depth: "full",
      keepTaskDefinitions: 0,
      client: lossy,
      once: async (_, read) => read(),
      askFact: async (_, read) => read(),
    },
    {
      image: () => {},
      taskDefinition: (name) => named.push(name),
      blindSpot: () => {},
      progress: () => {},
    },
  );
  expect({ status, named }).toEqual({ status: "complete", named: ["job:1"] });
});

/** The host name of a client does not resolve for the first attempts of a call. */
function losingItsHost(command: string, times: number): Pluggable<object, object> {
  let lost = 0;
  return {
    applyToStack: (stack) => {
      stack.add(
        (next, context) => async (args) => {
          if (context["commandName"] !== command || lost >= times) return next(args);
          lost += 1;
          const { hostname } = args.request as { readonly hostname: string };
          throw Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND", hostname });
        },
        // In place of the request.
        { step: "deserialize", priority: "low", name: "loseHost" },
      );
    },
  };
}
