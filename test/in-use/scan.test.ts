import { describe, expect, test } from "vitest";

import { ScanError } from "../../src/errors.ts";
import { SOURCE_IDS } from "../../src/in-use/sources/index.ts";
import { app } from "../accounts.ts";
import type { Account, AccountParts } from "../simulator/account.ts";
import { ServiceError } from "../simulator/operation.ts";
import { scan } from "./scan-account.ts";

const used: AccountParts = {
  clusters: { main: { web: { taskDefinition: "web:1", revisions: [[{ image: app("v1") }]] } } },
  tasks: { main: [{ containers: [{ image: app("v1") }] }] },
  taskDefinitions: { "web:1": [app("v1")] },
  functions: { mailer: app("v2"), gone: app("v3") },
  appRunnerServices: {
    landing: { status: "RUNNING", image: app("v4") },
    gone: { status: "RUNNING", image: app("v3") },
  },
};

describe("a scan", () => {
  const vanish: [action: string, change: (account: Account) => void][] = [
    ["ecs:ListServices", ({ clusters }) => clusters.delete("main")],
    ["ecs:DescribeServices", ({ clusters }) => clusters.delete("main")],
    ["ecs:DescribeServices", ({ clusters }) => clusters.get("main")?.services.delete("web")],
    ["ecs:ListTasks", ({ clusters }) => clusters.delete("main")],
    ["ecs:DescribeTasks", ({ clusters }) => clusters.delete("main")],
    ["ecs:DescribeTasks", ({ clusters }) => clusters.get("main")?.tasks.clear()],
    ["ecs:DescribeServiceRevisions", ({ clusters }) => clusters.get("main")?.services.clear()],
    ["lambda:GetFunction", ({ functions }) => functions.delete("gone")],
    ["apprunner:DescribeService", ({ appRunnerServices }) => appRunnerServices.delete("gone")],
  ];
  test.for(vanish)("skips a resource that vanishes before %s", async ([action, change]) => {
    const { sources } = await scan(used, { before: { [action]: change } });
    expect(sources.map(({ status }) => status)).toEqual(SOURCE_IDS.map(() => "complete"));
  });
});

describe("a scan fails", () => {
  const actions = [
    "ecs:ListClusters",
    "ecs:ListServices",
    "ecs:DescribeServices",
    "ecs:DescribeTaskDefinition",
    "ecs:ListTasks",
    "ecs:DescribeTasks",
    "ecs:DescribeServiceRevisions",
    "lambda:ListFunctions",
    "lambda:GetFunction",
    "apprunner:ListServices",
    "apprunner:DescribeService",
  ];
  test.for(actions)("if %s fails, and names the call", async (action) => {
    const fail = () => {
      throw new ServiceError("InvalidParameterException", "broken");
    };
    const scanning = scan(used, { before: { [action]: fail } });
    await expect(scanning).rejects.toThrow(ScanError);
    await expect(scanning).rejects.toThrow(`${action} failed for`);
  });

  test("if ECS cannot describe a service that is not gone", async () => {
    const answer = () => ({ failures: [{ arn: "web", reason: "ACCESS", detail: "no" }] });
    const scanning = scan(used, { answers: { "ecs:DescribeServices": answer } });
    await expect(scanning).rejects.toThrow("ecs:DescribeServices failed for web: ACCESS: no");
  });

  test.for([
    { action: "ecs:DescribeServices", answer: { services: [] }, cause: "ECS answered for 0 of 1" },
    { action: "ecs:DescribeTasks", answer: { tasks: [] }, cause: "ECS answered for 0 of 1" },
    {
      action: "ecs:DescribeServiceRevisions",
      answer: { serviceRevisions: [] },
      cause: "ECS answered for 0 of 1",
    },
    { action: "ecs:DescribeTaskDefinition", answer: { taskDefinition: {} } },
    { action: "lambda:GetFunction", answer: { Code: {} } },
    { action: "apprunner:DescribeService", answer: { Service: { SourceConfiguration: {} } } },
  ])("if $action answers only $answer", async ({ action, answer, cause = "the answer lacks" }) => {
    const scanning = scan(used, { answers: { [action]: () => answer } });
    await expect(scanning).rejects.toThrow(cause);
  });
});
