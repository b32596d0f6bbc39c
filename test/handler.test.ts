import { describe, expect, test } from "vitest";

import { invoke } from "./make-run.ts";
import { createAccount, enabled, old, remaining } from "./simulator/account.ts";
import { startSimulator } from "./simulator/simulator.ts";

const account = () =>
  createAccount({ repositories: { a: enabled([old("v1")]), b: enabled([old("v1")]) } });

describe("the Lambda handler", () => {
  test("deletes unused images and returns the summary", async () => {
    await using simulator = await startSimulator(account());
    const event = { source: "aws.events", "detail-type": "Scheduled Event" };
    expect(await invoke(simulator, event)).toMatchObject({
      dryRun: false,
      complete: true,
      images: { deleted: 2 },
    });
    expect(remaining(simulator.account, "a")).toEqual([]);
    expect(remaining(simulator.account, "b")).toEqual([]);
  });

  test("makes a dry run if the event asks for one", async () => {
    await using simulator = await startSimulator(account());
    expect(await invoke(simulator, { dryRun: true })).toMatchObject({
      dryRun: true,
      images: { unused: 2 },
    });
    expect(remaining(simulator.account, "a")).toEqual(["v1"]);
  });

  test("cleans only the repositories that the event names", async () => {
    await using simulator = await startSimulator(account());
    expect(await invoke(simulator, { repositories: ["b", "missing"] })).toMatchObject({
      repositories: { enabled: 1, cleaned: 1 },
    });
    expect(remaining(simulator.account, "a")).toEqual(["v1"]);
    expect(remaining(simulator.account, "b")).toEqual([]);
    expect(simulator.callsOf("ecr:ListTagsForResource")).toHaveLength(1);
    expect(simulator.callsOf("tag:GetResources")).toEqual([]);
  });

  test("refuses an event whose repositories are no list", async () => {
    await using simulator = await startSimulator(account());
    await expect(invoke(simulator, { repositories: "b" })).rejects.toMatchObject({
      name: "ConfigError",
    });
    expect(remaining(simulator.account, "a")).toEqual(["v1"]);
    expect(simulator.calls).toEqual([]);
  });

  test("cleans the other repositories before it throws an error", async () => {
    const two = account();
    await using simulator = await startSimulator(two, {
      answers: {
        "ecr:BatchDeleteImage": ({ repositoryName, imageIds }) => {
          if (repositoryName === "b") return { failures: [] };
          two.repositories.get("a")?.images.clear();
          return { imageIds };
        },
      },
    });
    await expect(invoke(simulator)).rejects.toMatchObject({
      name: "RunFailedError",
      message: expect.stringMatching(/^Could not delete b@sha256:.*: Unknown: ECR gave no answer$/),
    });
    expect(remaining(two, "a")).toEqual([]);
  });

  test("counts the other failures in its error", async () => {
    await using simulator = await startSimulator(account(), {
      isAllowed: (action) => action !== "ecr:DescribeImages",
    });
    await expect(invoke(simulator)).rejects.toThrow(
      /ecr:DescribeImages.* \(and 1 more in the log\)/,
    );
  });
});
