import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { handler } from "../src/handler.ts";
import { createAccount, enabled, old, remaining } from "./simulator/account.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "./simulator/simulator.ts";

let simulator: Simulator;

async function start(options: SimulatorOptions = {}) {
  const account = createAccount({
    repositories: { a: enabled([old("v1")]), b: enabled([old("v1")]) },
  });
  simulator = await startSimulator(account, options);
  for (const [name, value] of Object.entries(simulator.env)) vi.stubEnv(name, value);
  vi.stubEnv("BOX_LOG", "SILENT");
  vi.stubEnv("ALLOW_EMPTY_IN_USE", "true");
  return account;
}

beforeEach(() => {
  vi.stubEnv("DRY_RUN", "false");
});
afterEach(async () => {
  await simulator[Symbol.asyncDispose]();
});

describe("the Lambda handler", () => {
  test("cleans and returns the summary", async () => {
    const account = await start();
    expect(await handler({ source: "aws.events", "detail-type": "Scheduled Event" })).toMatchObject(
      { dryRun: false, complete: true, images: { deleted: 2 } },
    );
    expect(remaining(account, "a")).toEqual([]);
    expect(remaining(account, "b")).toEqual([]);
  });

  test("is dry when the event says so", async () => {
    const account = await start();
    expect(await handler({ dryRun: true })).toMatchObject({ dryRun: true, images: { unused: 2 } });
    expect(remaining(account, "a")).toEqual(["v1"]);
  });

  test("touches only the repositories that the event names", async () => {
    const account = await start();
    expect(await handler({ repositories: ["b", "missing"] })).toMatchObject({
      repositories: { enabled: 1, cleaned: 1 },
    });
    expect(remaining(account, "a")).toEqual(["v1"]);
    expect(remaining(account, "b")).toEqual([]);
    expect(simulator.callsOf("ecr:ListTagsForResource")).toHaveLength(1);
    expect(simulator.callsOf("tag:GetResources")).toEqual([]);
  });

  test("refuses an event whose narrowing cannot be read", async () => {
    const account = await start();
    await expect(handler({ repositories: "b" })).rejects.toMatchObject({ name: "ConfigError" });
    expect(remaining(account, "a")).toEqual(["v1"]);
    expect(simulator.calls).toEqual([]);
  });

  test("throws after a failure, with all of the rest done", async () => {
    const account = await start({
      answers: {
        "ecr:BatchDeleteImage": ({ repositoryName, imageIds }) => {
          if (repositoryName === "b") return { failures: [] };
          account.repositories.get("a")?.images.clear();
          return { imageIds };
        },
      },
    });
    await expect(handler()).rejects.toMatchObject({
      name: "RunFailedError",
      message: expect.stringMatching(/^Could not delete b@sha256:.*: Unknown: ECR gave no answer$/),
    });
    expect(remaining(account, "a")).toEqual([]);
  });

  test("counts further failures in its error", async () => {
    await start({ isAllowed: (action) => action !== "ecr:DescribeImages" });
    await expect(handler()).rejects.toThrow(/ecr:DescribeImages.* \(and 1 more in the log\)/);
  });
});
