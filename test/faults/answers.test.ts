import { describe, expect, test } from "vitest";

import { app, recordOf, untagged } from "../accounts.ts";
import { run, runAccount } from "../make-run.ts";
import { ALLOWED_ACTIONS } from "../run/iam-policy.ts";
import {
  type Account,
  createAccount,
  digestOf,
  enabled,
  old,
  remaining,
} from "../simulator/account.ts";
import type { Fault } from "../simulator/faults.ts";
import { type Members, ServiceError } from "../simulator/operation.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";
import { ALL, IN_USE, PAGED_ACTIONS, SMALL_PAGES, busyAccount, pageOf } from "./busy-account.ts";
import { useFleet } from "./fleet.ts";

const launch = useFleet();

const REAL = { DRY_RUN: "false", KEEP_TASK_DEFINITIONS: "0" };
/** Only for speed. Without the tag index, the run asks each repository. */
const TAG_INDEX = "tag:GetResources";
/** Called only if the tag index lists no repository. */
const ALL_REPOSITORIES = "ecr:DescribeRepositories";

/** Called only if the host name of App Runner does not resolve. */
const REGIONS = "ssm:GetParametersByPath";

/** Calls that the busy account does not need. The contract of the sources tests them in the same way. */
const NOT_BUSY =
  /^(?!ecr:|lambda:|apprunner:|ecs:)|Daemon|Express|ServiceDeployments|ListTaskDefinition/;

const required = [...ALLOWED_ACTIONS].filter((action) => !NOT_BUSY.test(action));

/** The busy account, changed so that a run makes a given call. */
const accountFor = (action: string) => (registry: string) => ({
  ...busyAccount(registry),
  ...(action === ALL_REPOSITORIES && { tagIndex: {} }),
});

/** Makes a real run on the busy account. Some calls of one action have faults. */
async function runWith(
  action: string,
  faultOf: (input: Members, nth: number) => Fault | undefined,
  options: SimulatorOptions = {},
) {
  const { simulator, run } = await launch(accountFor(action), {
    ...options,
    faults: (each, input, nth) => (each === action ? faultOf(input, nth) : undefined),
  });
  const { exitCode, stdout } = await run(["--json"], REAL);
  const { failures }: { failures: { message: string }[] } = JSON.parse(stdout);
  const calls = simulator.callsOf(action);
  return {
    exitCode,
    left: remaining(simulator.account, "app"),
    message: failures.map(({ message }) => message).join("\n"),
    calls,
    damaged: calls.filter(({ fault }) => fault !== undefined),
  };
}

/** Damages the first answers to each request, one for each fault. */
function firstAnswers(faults: readonly Fault[]) {
  const asked = new Map<string, number>();
  return (action: string, input: Members): Fault | undefined => {
    const request = JSON.stringify([action, input]);
    const nth = asked.get(request) ?? 0;
    asked.set(request, nth + 1);
    return faults[nth];
  };
}

test("a run on the busy account makes every call that these tests damage, and deletes the unused images", async () => {
  const called = new Set<string>();
  for (const parts of [busyAccount, accountFor(ALL_REPOSITORIES)]) {
    const { simulator, run } = await launch(parts);
    expect((await run([], REAL)).exitCode).toBe(0);
    expect(remaining(simulator.account, "app")).toEqual(IN_USE);
    for (const { action } of simulator.calls) called.add(action);
  }
  expect([...required, TAG_INDEX].filter((action) => !called.has(action))).toEqual([]);
});

describe("an empty answer", () => {
  const NOTHING: readonly Fault[] = [{ kind: "empty" }, { kind: "no-body" }];

  test.concurrent.for(required)(
    "to each call of %s fails the run after a retry, and the run keeps every image",
    async (action) => {
      const { exitCode, left, message, damaged } = await runWith(
        action,
        (_, nth) => NOTHING[nth % NOTHING.length],
      );
      expect(left).toEqual(ALL);
      expect(exitCode).toBe(1);
      expect(message).toContain(`${action} failed for`);
      expect(damaged.length).toBeGreaterThan(1);
    },
  );

  test.concurrent.for([...required, TAG_INDEX])(
    "to %s changes nothing if a retry is answered in full",
    async (action) => {
      const faults = firstAnswers(NOTHING);
      const { exitCode, left, calls, damaged } = await runWith(action, (input) =>
        faults(action, input),
      );
      expect(exitCode).toBe(0);
      expect(left).toEqual(IN_USE);
      const requests = new Set(calls.map(({ input }) => JSON.stringify(input)));
      expect(damaged.length).toBe(requests.size * NOTHING.length);
    },
  );

  test.concurrent.for(PAGED_ACTIONS.filter((action) => required.includes(action)))(
    "on any page of %s fails the run, and the run keeps every image",
    async (action) => {
      const { calls } = await runWith(action, () => undefined, { before: SMALL_PAGES });
      const pages = new Set(calls.map(({ input }) => pageOf(input)));
      expect(pages.size).toBeGreaterThan(1);
      const results = await Promise.all(
        [...pages].map(async (page) =>
          runWith(action, (input) => (pageOf(input) === page ? { kind: "empty" } : undefined), {
            before: SMALL_PAGES,
          }),
        ),
      );
      for (const { exitCode, left, message } of results) {
        expect(left).toEqual(ALL);
        expect(exitCode).toBe(1);
        expect(message).toContain(`${action} failed for`);
      }
    },
  );

  test.concurrent.for([0, 1])(
    "on page %i of the tag index makes the run ask each repository",
    async (page) => {
      const { exitCode, left } = await runWith(
        TAG_INDEX,
        (input) => (pageOf(input) === page ? { kind: "empty" } : undefined),
        { before: SMALL_PAGES },
      );
      expect(exitCode).toBe(0);
      expect(left).toEqual(IN_USE);
    },
  );

  test.concurrent.for<[action: string, member: string]>([
    ["apprunner:DescribeService", "Service"],
    ["apprunner:ListServices", "ServiceSummaryList"],
    ["ecr:BatchGetImage", "images"],
    ["ecr:DescribeImages", "imageDetails"],
    ["ecr:DescribeRegistry", "replicationConfiguration"],
    ["ecr:ListTagsForResource", "tags"],
    ["ecs:DescribeServiceRevisions", "serviceRevisions"],
    ["ecs:DescribeServices", "services"],
    ["ecs:DescribeTaskDefinition", "taskDefinition"],
    ["ecs:DescribeTasks", "tasks"],
    ["ecs:ListClusters", "clusterArns"],
    ["ecs:ListServices", "serviceArns"],
    ["ecs:ListTasks", "taskArns"],
    ["lambda:GetFunction", "Code"],
    ["lambda:ListFunctions", "Functions"],
  ])("such as the answer to %s without %s fails the run", async ([action, member]) => {
    const { exitCode, left, message } = await runWith(action, () => ({ kind: "without", member }));
    expect(exitCode).toBe(1);
    expect(left).toEqual(ALL);
    expect(message).toContain(`${action} failed for`);
  });
});

describe("an answer that AWS did not send in full", () => {
  const FAULTS: readonly Fault[] = [{ kind: "html", status: 200 }, { kind: "cut" }];

  test.concurrent.for(required)(
    "to %s fails the run with the HTTP status, and the run keeps every image",
    async (action) => {
      for (const fault of FAULTS) {
        const { exitCode, left, message } = await runWith(action, () => fault);
        expect(exitCode).toBe(1);
        // ECR has deleted the images before its answer is cut.
        expect(left).toEqual(action.includes("Delete") && fault.kind === "cut" ? IN_USE : ALL);
        expect(message).toContain(`${action} failed for`);
        expect(message).toContain("HTTP 200");
        expect(message).toMatch(
          fault.kind === "html" ? /HTML page, not an answer of AWS/ : /cut or not from AWS/,
        );
        expect(message).not.toMatch(/SyntaxError|UnknownError|Unexpected token/);
      }
    },
  );

  test.concurrent.for<{ name: string; fault: Fault }>([
    { name: "an HTML page", fault: { kind: "html", status: 200 } },
    { name: "an HTML page with status 403", fault: { kind: "html", status: 403 } },
    { name: "an HTML page with status 503", fault: { kind: "html", status: 503 } },
    { name: "a cut answer", fault: { kind: "cut" } },
    { name: "a cut connection", fault: { kind: "reset" } },
    { name: "status 503", fault: { kind: "unavailable" } },
  ])("such as $name changes nothing if a retry is answered in full", async ({ fault }) => {
    const { simulator, run } = await launch(busyAccount, { faults: firstAnswers([fault]) });
    expect((await run([], REAL)).exitCode).toBe(0);
    expect(remaining(simulator.account, "app")).toEqual(IN_USE);
  });
});

describe("a page token that repeats", () => {
  const REPEATED: Fault = { kind: "repeat-token" };

  test.concurrent.for(PAGED_ACTIONS.filter((action) => required.includes(action)))(
    "of %s fails the run, and the run keeps every image",
    async (action) => {
      const { exitCode, left, message, calls } = await runWith(action, () => REPEATED);
      expect(exitCode).toBe(1);
      expect(left).toEqual(ALL);
      expect(message).toMatch(new RegExp(`${action} failed for .*token`));
      expect(calls.length).toBeLessThan(30);
    },
  );

  test.concurrent("of the tag index makes the run ask each repository", async () => {
    const { exitCode, left } = await runWith(TAG_INDEX, () => REPEATED);
    expect(exitCode).toBe(0);
    expect(left).toEqual(IN_USE);
  });

  test.concurrent("fails the run even after different tokens", async () => {
    const next = new Map([
      [undefined, "a"],
      ["a", "b"],
      ["b", "c"],
      ["c", "a"],
    ]);
    const { exitCode, left, message } = await runWith("ecs:ListClusters", () => undefined, {
      answers: {
        "ecs:ListClusters": ({ nextToken }) => ({
          clusterArns: [],
          nextToken: next.get(nextToken),
        }),
      },
    });
    expect(exitCode).toBe(1);
    expect(left).toEqual(ALL);
    expect(message).toMatch(/ecs:ListClusters failed for .*token/);
  });
});

describe("a run", () => {
  const NOT_PUBLISHED: Fault = {
    kind: "error",
    code: "AccessDeniedException",
    message: "/aws/service/global-infrastructure is not a valid namespace",
    status: 400,
  };
  /** Lists of the Regions of App Runner that are wrong or missing. */
  const hints = [
    { hint: "an empty list of Regions", parts: { appRunnerRegions: [] }, faults: [] },
    { hint: "a list without this Region", parts: { appRunnerRegions: ["us-east-1"] }, faults: [] },
    { hint: "no list", parts: {}, faults: [NOT_PUBLISHED] },
  ];
  const unused = () => ({ app: enabled([old("web"), old("unused")]) });

  /** Makes a real run with App Runner, or without its host name. */
  async function runWithHint(
    { parts, faults: [fault] }: (typeof hints)[number],
    { isResolved, error }: { isResolved: boolean; error?: Fault },
  ) {
    const account = createAccount({
      ...parts,
      repositories: unused(),
      appRunnerServices: { web: { status: "RUNNING", image: app("web") } },
    });
    await using simulator = await startSimulator(account, {
      faults: (action) =>
        action === REGIONS ? fault : action.startsWith("apprunner:") ? error : undefined,
    });
    const env = isResolved ? simulator.env : simulator.envWithout("apprunner");
    const { exitCode, stdout } = await run({ ...simulator, env }, ["--json"], REAL);
    const { sources } = JSON.parse(stdout).inUse;
    return { exitCode, left: remaining(account, "app"), sources };
  }

  test.for(hints)("reads App Runner even if AWS publishes $hint", async (hint) => {
    const { exitCode, left } = await runWithHint(hint, { isResolved: true });
    expect(exitCode).toBe(0);
    expect(left).toEqual(["web"]);
  });

  test.for(hints)("fails if App Runner refuses a call and AWS publishes $hint", async (hint) => {
    for (const code of ["AccessDeniedException", "UnknownOperationException"]) {
      const error: Fault = { kind: "error", code, message: "no", status: 400 };
      const { exitCode, left } = await runWithHint(hint, { isResolved: true, error });
      expect(exitCode).toBe(1);
      expect(left).toEqual(["unused", "web"]);
    }
  });

  test.for(hints)(
    "continues if the host name of App Runner does not resolve and AWS publishes $hint",
    async (hint) => {
      const { exitCode, left, sources } = await runWithHint(hint, { isResolved: false });
      expect(exitCode).toBe(0);
      expect(left).toEqual([]);
      expect(sources).toContainEqual(
        expect.objectContaining({ id: "app-runner", status: "not-available" }),
      );
    },
  );

  test.for([
    { region: "us-east-1", suffix: "amazonaws.com" },
    { region: "ap-southeast-5", suffix: "amazonaws.com" },
    { region: "cn-north-1", suffix: "amazonaws.com.cn" },
    { region: "us-gov-west-1", suffix: "amazonaws.com" },
    { region: "eusc-de-east-1", suffix: "amazonaws.eu" },
  ])(
    "continues without App Runner in $region if AWS publishes no list",
    async ({ region, suffix }) => {
      const app = `123456789012.dkr.ecr.${region}.${suffix}/app`;
      const account = createAccount({
        repositories: unused(),
        functions: { web: `${app}:web` },
        appRunnerRegions: [],
      });
      await using simulator = await startSimulator(
        { ...account, region },
        { faults: (action) => (action === REGIONS ? NOT_PUBLISHED : undefined) },
      );
      const env = { ...simulator.envWithout("apprunner"), AWS_REGION: region };
      const settings = { ...REAL, AWS_REGION: region };
      expect((await run({ ...simulator, env }, [], settings)).exitCode).toBe(0);
      expect(remaining(account, "app")).toEqual(["web"]);
    },
  );
});

describe("a run that describes service revisions", () => {
  const CLUSTERS = ["a", "b", "c", "d", "e"];
  const servicesOf = (cluster: string) => [1, 2, 3, 4, 5].map((i) => `${cluster}${i}`);
  const digestsOf = (clusters: readonly string[]) =>
    clusters.flatMap(servicesOf).map(digestOf).toSorted();

  /** 25 services in five clusters. Each pins an untagged image. A run describes their revisions with two calls. */
  const pinningServices = () => ({
    clusters: recordOf(CLUSTERS, (cluster) =>
      recordOf(servicesOf(cluster), (name) => ({
        revisions: [[{ image: app("live"), digest: digestOf(name) }]],
      })),
    ),
    repositories: { app: enabled(CLUSTERS.flatMap(servicesOf).map(untagged)) },
  });

  test.for([["a"], ["c"], ["e"], ["b", "d"], ["a", "b", "c", "d"]])(
    "keeps the images that other services pin after the clusters %j vanish",
    async (gone) => {
      const vanish = ({ clusters }: Account) => {
        for (const name of gone) clusters.delete(name);
      };
      const { account, exitCode } = await runAccount(
        pinningServices(),
        { before: { "ecs:DescribeServiceRevisions": vanish } },
        REAL,
      );
      expect(exitCode).toBe(0);
      const alive = CLUSTERS.filter((name) => !gone.includes(name));
      expect(remaining(account, "app")).toEqual(digestsOf(alive));
    },
  );

  test("keeps the images that other services pin after a service vanishes and fails the call", async () => {
    const vanish = ({ clusters }: Account, { serviceRevisionArns }: Members) => {
      clusters.get("a")?.services.delete("a1");
      if (!serviceRevisionArns.some((arn: string) => arn.includes("/a1/"))) return;
      throw new ServiceError("ServiceNotFoundException", "Service not found.");
    };
    const { account, exitCode } = await runAccount(
      pinningServices(),
      { before: { "ecs:DescribeServiceRevisions": vanish } },
      REAL,
    );
    expect(exitCode).toBe(0);
    expect(remaining(account, "app")).toEqual(
      digestsOf(CLUSTERS).filter((digest) => digest !== digestOf("a1")),
    );
  });
});

describe("a run keeps the images of services if ECS answers with", () => {
  const SERVICES: Members = { web: "web:1", mail: "mail:1" };
  const two = () => ({
    clusters: { main: { web: { taskDefinition: "web:1" }, mail: { taskDefinition: "mail:1" } } },
    taskDefinitions: { "web:1": [app("web")], "mail:1": [app("mail")] },
    repositories: { app: enabled([old("web"), old("mail")]) },
  });
  const serviceArn = (name: string) => `arn:aws:ecs:eu-west-1:123456789012:service/main/${name}`;
  const describeService = (name: string) => ({
    serviceArn: serviceArn(name),
    taskDefinition: `arn:aws:ecs:eu-west-1:123456789012:task-definition/${SERVICES[name]}`,
  });

  test.for([
    { name: "one of two services", answer: { services: [describeService("web")] } },
    { name: "none of two services", answer: { services: [], failures: [] } },
    {
      name: "a failure for one of two services",
      answer: { failures: [{ arn: serviceArn("web"), reason: "MISSING" }] },
    },
    {
      name: "one of two services twice",
      answer: { services: [describeService("web"), describeService("web")] },
    },
    {
      name: "one of two services, and a failure of the same one",
      answer: {
        services: [describeService("web")],
        failures: [{ arn: serviceArn("web"), reason: "MISSING" }],
      },
    },
    {
      name: "a service that the run did not ask for, in place of another one",
      answer: {
        services: [
          describeService("web"),
          { ...describeService("web"), serviceArn: serviceArn("other") },
        ],
      },
    },
  ])("$name", async ({ answer }) => {
    const answers = { "ecs:DescribeServices": () => answer };
    const { account, exitCode } = await runAccount(two(), { answers }, REAL);
    expect(exitCode).toBe(1);
    expect(remaining(account, "app")).toEqual(["mail", "web"]);
  });
});

test("a run keeps the image of a function without a package type", async () => {
  const answer = { Functions: [{ FunctionName: "mailer", Version: "$LATEST" }] };
  const { account } = await runAccount(
    { functions: { mailer: app("v1") }, repositories: { app: enabled([old("v1")]) } },
    { answers: { "lambda:ListFunctions": () => answer } },
    REAL,
  );
  expect(remaining(account, "app")).toEqual(["v1"]);
});
