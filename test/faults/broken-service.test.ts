import { describe, expect, test } from "vitest";

import { numbered, recordOf } from "../accounts.ts";
import { enabled, old, remaining } from "../simulator/account.ts";
import { useFleet } from "./fleet.ts";

const launch = useFleet();

describe("a service that is broken for a while", () => {
  const parts = (registry: string) => ({
    functions: recordOf(numbered("f", 10), () => `${registry}/app:v1`),
    clusters: { main: { web: { taskDefinition: "web:1" } } },
    taskDefinitions: { "web:1": [`${registry}/app:v1`] },
    repositories: { app: enabled([old("v1"), old("v2")]) },
  });

  const cases = ["lambda:", "ecs:", "ecr:"].flatMap((service) =>
    [300, 1000, 4000].map((ms) => ({ service, ms })),
  );
  test.concurrent.for(cases)("$service answers 503 for $ms ms: the run goes on", async (broken) => {
    let until: number | undefined;
    const { simulator, run } = await launch(parts, {
      faults: (action) => {
        if (!action.startsWith(broken.service)) return undefined;
        until ??= Date.now() + broken.ms;
        return Date.now() < until ? { kind: "unavailable" } : undefined;
      },
    });
    expect((await run([], { DRY_RUN: "false" })).exitCode).toBe(0);
    expect(remaining(simulator.account, "app")).toEqual(["v1"]);
  });
});
