import { describe, expect, test } from "vitest";

import { SOURCE_IDS } from "../../src/in-use/sources/index.ts";
import { app, many } from "../accounts.ts";
import { clean, cleanAccount, run, runAccount } from "../make-run.ts";
import { createAccount, enabled, image, old, remaining } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

test("a run says how many images MAX_DELETE_PERCENT holds back, and in which repositories", async () => {
  const account = createAccount({
    repositories: { app: enabled([...many(9), image("young")]), other: enabled([image("v1")]) },
  });
  await using simulator = await startSimulator(account);
  const settings = { DRY_RUN: "false", MAX_DELETE_PERCENT: "10" };
  const { stdout } = await run(simulator, [], settings);
  expect(stdout).toContain("  skipped: 9 of its 10 images would be deleted");
  expect(stdout).toContain("MAX_DELETE_PERCENT holds back 9 images");
  const summary = await clean(simulator, settings);
  expect(summary.images).toMatchObject({ unused: 0, heldBack: 9, deleted: 0 });
});

describe("an empty AWS_REGION", () => {
  test("is not set, so that AWS_DEFAULT_REGION counts", async () => {
    const { entries } = await runAccount(
      { repositories: {} },
      {},
      { AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-1" },
    );
    expect(entries).toContainEqual(
      expect.objectContaining({ message: "Starting", region: "eu-west-1" }),
    );
  });
});

test("the log has the stack, the cause and AWS's request id of an error", async () => {
  const { entries } = await runAccount(
    { repositories: { app: enabled([old("v1")]) } },
    { isAllowed: (action) => action !== "ecr:DescribeImages" },
  );
  expect(entries).toContainEqual(
    expect.objectContaining({
      level: "ERROR",
      message: "Could not clean a repository",
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      error: expect.objectContaining({
        name: "AwsCallError",
        stack: expect.stringContaining("AwsCallError"),
        cause: expect.objectContaining({ name: "AccessDeniedException" }),
      }),
    }),
  );
});

describe("a service that the organization denies", () => {
  const denied = { isAllowed: (action: string) => !action.startsWith("apprunner:") };
  const parts = () => ({
    functions: { mailer: app("v1") },
    repositories: { app: enabled([old("v1"), old("v2")]) },
  });

  test("fails the run, and the message says how to leave it out", async () => {
    const { account, summary } = await cleanAccount(parts(), denied);
    expect(remaining(account, "app")).toEqual(["v1", "v2"]);
    expect(summary.failures[0]?.message).toContain(
      `leave it out: IN_USE_SOURCES="${SOURCE_IDS.filter((id) => id !== "app-runner").join(" ")}"`,
    );
  });

  test("is left out by IN_USE_SOURCES, and every report says so", async () => {
    const account = createAccount(parts());
    await using simulator = await startSimulator(account, denied);
    const settings = { IN_USE_SOURCES: "ecs, lambda" };
    const leftOut = SOURCE_IDS.filter((id) => id !== "ecs" && id !== "lambda");
    const { exitCode, stdout, entries } = await run(simulator, [], settings);
    expect(exitCode).toBe(0);
    const summary = await clean(simulator, settings);
    expect(remaining(account, "app")).toEqual(["v1"]);
    expect(stdout).toContain(`Sources not read: ${leftOut.join(", ")}`);
    expect(summary.inUse.leftOut).toEqual(leftOut);
    expect(entries).toContainEqual(
      expect.objectContaining({ message: "Starting", sources: ["ecs", "lambda"] }),
    );
  });
});

test("no control character of a message reaches the terminal", async () => {
  const account = createAccount({ repositories: { app: enabled([old("v1")]) } });
  await using simulator = await startSimulator(account, {
    faults: (action) =>
      action === "ecr:DescribeImages"
        ? { kind: "error", code: "Odd", message: "red \u001B[31m and \u0007 bell", status: 400 }
        : undefined,
  });
  const { stdout } = await run(simulator);
  expect(stdout).toContain("Odd: red �[31m and � bell");
  expect(stdout.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
});

test("--explain names every service that uses an image by one task definition", async () => {
  const account = createAccount({
    clusters: { main: { a: { taskDefinition: "web:1" }, b: { taskDefinition: "web:1" } } },
    taskDefinitions: { "web:1": [app("v1")] },
    repositories: { app: enabled([old("v1")]) },
  });
  await using simulator = await startSimulator(account);
  const { stdout } = await run(simulator, ["--explain", "app:v1"]);
  expect(stdout).toContain("ECS service main/a");
  expect(stdout).toContain("ECS service main/b");
});
