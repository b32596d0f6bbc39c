import { describe, expect, test, vi } from "vitest";

import packageJson from "../package.json" with { type: "json" };
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

describe("the log of the Lambda handler", () => {
  const CONTEXT = {
    awsRequestId: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
    functionName: "ecr-cleaner",
    functionVersion: "7",
    invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:ecr-cleaner:live",
  };
  const FIELDS = {
    function_request_id: CONTEXT.awsRequestId,
    function_name: "ecr-cleaner",
    function_version: "7",
    account: "123456789012",
    version: packageJson.version,
  };

  /** Runs the handler, and returns its log entries. */
  async function entriesOf(
    event: unknown,
    settings: Readonly<Record<string, string>> = {},
    context: Partial<typeof CONTEXT> = CONTEXT,
  ): Promise<Record<string, unknown>[]> {
    await using simulator = await startSimulator(account());
    const streams = [process.stdout, process.stderr];
    const prints = streams.map((stream) => vi.spyOn(stream, "write").mockReturnValue(true));
    await invoke(simulator, event, { BOX_LOG: "INFO", ...settings }, context).catch(() => {});
    const lines = prints.flatMap(({ mock }) => mock.calls);
    vi.restoreAllMocks();
    return lines.map(([line]) => JSON.parse(String(line)));
  }

  test("says in every entry which invocation of which function wrote it", async () => {
    const entries = await entriesOf({});
    expect(entries.map(({ message }) => message)).toEqual(
      expect.arrayContaining(["Starting", "Found unused image, removing", "Finished"]),
    );
    for (const entry of entries) expect(entry).toMatchObject(FIELDS);
  });

  test("has the account of the repositories if Lambda does not name the function", async () => {
    const entries = await entriesOf({}, {}, {});
    expect(entries.find(({ message }) => message === "Starting")).not.toHaveProperty("account");
    expect(entries.at(-1)).toMatchObject({ message: "Finished", account: "123456789012" });
  });

  test.for([
    { name: "a wrong setting", event: {}, settings: { MAX_DELETIONS: "many" } },
    { name: "a misspelt setting", event: {}, settings: { MAX_DELETION: "5" } },
    { name: "a wrong event", event: { dryRun: "yes" }, settings: {} },
    { name: "a wrong log level too", event: {}, settings: { BOX_LOG: "LOUD", MAX_DELETIONS: "x" } },
  ])("has $name before the error is thrown", async ({ event, settings }) => {
    expect(await entriesOf(event, settings)).toMatchObject([
      {
        ...FIELDS,
        level: "ERROR",
        message: "The run could not start",
        reason: expect.stringMatching(/MAX_DELETION|dryRun/),
      },
    ]);
  });
});
