import { describe, expect, test } from "vitest";

import { ALLOWED_ACTIONS } from "../run/iam-policy.ts";
import { run } from "../make-run.ts";
import {
  REGISTRY,
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
/** Only for speed: without the tag index, the run asks each repository. */
const TAG_INDEX = "tag:GetResources";
/** Only called where the tag index does not help. */
const ALL_REPOSITORIES = "ecr:DescribeRepositories";

/** Only called where App Runner's host name does not resolve. */
const REGIONS = "ssm:GetParametersByPath";

/** The calls that the busy account does not need. The contract of sources holds them to the same rules. */
const NOT_BUSY =
  /^(?!ecr:|lambda:|apprunner:|ecs:)|Daemon|Express|ServiceDeployments|ListTaskDefinition/;

const required = [...ALLOWED_ACTIONS].filter((action) => !NOT_BUSY.test(action));

/** The busy account, in which a run makes a certain call. */
const accountFor = (action: string) => (registry: string) => ({
  ...busyAccount(registry),
  ...(action === ALL_REPOSITORIES && { tagIndex: {} }),
});

/** Makes a real run of the busy account, in which some calls of one action have faults. */
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

/** Damages the first answers to each different request: one for each of the faults, in their order. */
function firstAnswers(faults: readonly Fault[]) {
  const asked = new Map<string, number>();
  return (action: string, input: Members): Fault | undefined => {
    const request = JSON.stringify([action, input]);
    const nth = asked.get(request) ?? 0;
    asked.set(request, nth + 1);
    return faults[nth];
  };
}

test("a run of the busy account makes every call that these tests damage, and deletes what is unused", async () => {
  const called = new Set<string>();
  for (const parts of [busyAccount, accountFor(ALL_REPOSITORIES)]) {
    const { simulator, run } = await launch(parts);
    expect((await run([], REAL)).exitCode).toBe(0);
    expect(remaining(simulator.account, "app")).toEqual(IN_USE);
    for (const { action } of simulator.calls) called.add(action);
  }
  expect([...required, TAG_INDEX].filter((action) => !called.has(action))).toEqual([]);
});

describe("an answer without what was asked for", () => {
  const NOTHING: readonly Fault[] = [{ kind: "empty" }, { kind: "no-body" }];

  test.concurrent.for(required)(
    "to %s is asked for again, then fails the run, and every image is kept",
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
    "to %s, followed by a whole one, costs the run nothing",
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
    "on any page of %s fails the run, and every image is kept",
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
  ])("such as %s without %s fails the run", async ([action, member]) => {
    const { exitCode, left, message } = await runWith(action, () => ({ kind: "without", member }));
    expect(exitCode).toBe(1);
    expect(left).toEqual(ALL);
    expect(message).toContain(`${action} failed for`);
  });
});

describe("an answer that is not of AWS", () => {
  const FAULTS: readonly Fault[] = [{ kind: "html", status: 200 }, { kind: "cut" }];

  test.concurrent.for(required)(
    "to %s fails the run with the HTTP status, and every image is kept",
    async (action) => {
      for (const fault of FAULTS) {
        const { exitCode, left, message } = await runWith(action, () => fault);
        expect(exitCode).toBe(1);
        // A deletion whose answer is cut has been done.
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
  ])("such as $name costs the run nothing if the next answer is whole", async ({ fault }) => {
    const { simulator, run } = await launch(busyAccount, { faults: firstAnswers([fault]) });
    expect((await run([], REAL)).exitCode).toBe(0);
    expect(remaining(simulator.account, "app")).toEqual(IN_USE);
  });
});

describe("a page token that repeats", () => {
  const REPEATED: Fault = { kind: "repeat-token" };

  test.concurrent.for(PAGED_ACTIONS.filter((action) => required.includes(action)))(
    "in answers to %s fails the run, and every image is kept",
    async (action) => {
      const { exitCode, left, message, calls } = await runWith(action, () => REPEATED);
      expect(exitCode).toBe(1);
      expect(left).toEqual(ALL);
      expect(message).toMatch(new RegExp(`${action} failed for .*token`));
      expect(calls.length).toBeLessThan(30);
    },
  );

  test.concurrent("in answers of the tag index makes the run ask each repository", async () => {
    const { exitCode, left } = await runWith(TAG_INDEX, () => REPEATED);
    expect(exitCode).toBe(0);
    expect(left).toEqual(IN_USE);
  });

  test.concurrent("after other tokens fails the run too", async () => {
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

describe("App Runner is not available only if its host name does not resolve:", () => {
  const NOT_PUBLISHED: Fault = {
    kind: "error",
    code: "AccessDeniedException",
    message: "/aws/service/global-infrastructure is not a valid namespace",
    status: 400,
  };
  /** What AWS publishes about the Regions of App Runner, where it is wrong or missing. */
  const hints = [
    { hint: "an empty list of Regions", parts: { appRunnerRegions: [] }, faults: [] },
    { hint: "a list without this Region", parts: { appRunnerRegions: ["us-east-1"] }, faults: [] },
    { hint: "no list", parts: {}, faults: [NOT_PUBLISHED] },
  ];
  const unused = () => ({ app: enabled([old("web"), old("unused")]) });

  /** Runs with App Runner, or without its host name. */
  async function runWithHint(
    { parts, faults: [fault] }: (typeof hints)[number],
    { isResolved, error }: { isResolved: boolean; error?: Fault },
  ) {
    const account = createAccount({
      ...parts,
      repositories: unused(),
      appRunnerServices: { web: { status: "RUNNING", image: `${REGISTRY}/app:web` } },
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

  test.for(hints)("with $hint, App Runner itself is asked", async (hint) => {
    const { exitCode, left } = await runWithHint(hint, { isResolved: true });
    expect(exitCode).toBe(0);
    expect(left).toEqual(["web"]);
  });

  test.for(hints)("with $hint, a refusal of App Runner fails the run", async (hint) => {
    for (const code of ["AccessDeniedException", "UnknownOperationException"]) {
      const error: Fault = { kind: "error", code, message: "no", status: 400 };
      const { exitCode, left } = await runWithHint(hint, { isResolved: true, error });
      expect(exitCode).toBe(1);
      expect(left).toEqual(["unused", "web"]);
    }
  });

  test.for(hints)("with $hint and no such host, the run goes on", async (hint) => {
    const { exitCode, left, sources } = await runWithHint(hint, { isResolved: false });
    expect(exitCode).toBe(0);
    expect(left).toEqual([]);
    expect(sources).toContainEqual(
      expect.objectContaining({ id: "app-runner", status: "not-available" }),
    );
  });

  test.for([
    { region: "us-east-1", suffix: "amazonaws.com" },
    { region: "ap-southeast-5", suffix: "amazonaws.com" },
    { region: "cn-north-1", suffix: "amazonaws.com.cn" },
    { region: "us-gov-west-1", suffix: "amazonaws.com" },
    { region: "eusc-de-east-1", suffix: "amazonaws.eu" },
  ])("a run in $region works, though AWS publishes no list there", async ({ region, suffix }) => {
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
  });
});

describe("a cluster that is gone by the time its revisions are described", () => {
  const CLUSTERS = ["a", "b", "c", "d", "e"];
  const servicesOf = (cluster: string) => [1, 2, 3, 4, 5].map((i) => `${cluster}${i}`);
  const digestsOf = (clusters: readonly string[]) =>
    clusters.flatMap(servicesOf).map(digestOf).toSorted();

  /** 25 services of five clusters, whose revisions take two calls. Each pins an untagged image. */
  const pinningServices = () =>
    createAccount({
      clusters: Object.fromEntries(
        CLUSTERS.map((cluster) => [
          cluster,
          Object.fromEntries(
            servicesOf(cluster).map((name) => [
              name,
              { revisions: [[{ image: `${REGISTRY}/app:live`, digest: digestOf(name) }]] },
            ]),
          ),
        ]),
      ),
      repositories: {
        app: enabled(CLUSTERS.flatMap(servicesOf).map((name) => old(name, { tags: "" }))),
      },
    });

  test.for([["a"], ["c"], ["e"], ["b", "d"], ["a", "b", "c", "d"]])(
    "%j loses only what its own services pin",
    async (gone) => {
      const account = pinningServices();
      await using simulator = await startSimulator(account, {
        before: {
          "ecs:DescribeServiceRevisions": ({ clusters }) => {
            for (const name of gone) clusters.delete(name);
          },
        },
      });
      expect((await run(simulator, [], REAL)).exitCode).toBe(0);
      const alive = CLUSTERS.filter((name) => !gone.includes(name));
      expect(remaining(account, "app")).toEqual(digestsOf(alive));
    },
  );

  test("as does a service that is gone and fails the whole call", async () => {
    const account = pinningServices();
    await using simulator = await startSimulator(account, {
      before: {
        "ecs:DescribeServiceRevisions": ({ clusters }, { serviceRevisionArns }) => {
          clusters.get("a")?.services.delete("a1");
          if (!serviceRevisionArns.some((arn: string) => arn.includes("/a1/"))) return;
          throw new ServiceError("ServiceNotFoundException", "Service not found.");
        },
      },
    });
    expect((await run(simulator, [], REAL)).exitCode).toBe(0);
    expect(remaining(account, "app")).toEqual(
      digestsOf(CLUSTERS).filter((digest) => digest !== digestOf("a1")),
    );
  });
});

describe("an answer that does not cover what was asked for fails the run:", () => {
  const SERVICES: Members = { web: "web:1", mail: "mail:1" };
  const two = () =>
    createAccount({
      clusters: { main: { web: { taskDefinition: "web:1" }, mail: { taskDefinition: "mail:1" } } },
      taskDefinitions: { "web:1": [`${REGISTRY}/app:web`], "mail:1": [`${REGISTRY}/app:mail`] },
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
      name: "a failure of one of them alone",
      answer: { failures: [{ arn: serviceArn("web"), reason: "MISSING" }] },
    },
  ])("$name", async ({ answer }) => {
    await using simulator = await startSimulator(two(), {
      answers: { "ecs:DescribeServices": () => answer },
    });
    expect((await run(simulator, [], REAL)).exitCode).toBe(1);
    expect(remaining(simulator.account, "app")).toEqual(["mail", "web"]);
  });

  test.each([
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
      name: "a service that was not asked for, in the place of another one",
      answer: {
        services: [
          describeService("web"),
          { ...describeService("web"), serviceArn: serviceArn("other") },
        ],
      },
    },
  ])("$name", async ({ answer }) => {
    await using simulator = await startSimulator(two(), {
      answers: { "ecs:DescribeServices": () => answer },
    });
    expect((await run(simulator, [], REAL)).exitCode).toBe(1);
    expect(remaining(simulator.account, "app")).toEqual(["mail", "web"]);
  });

  test("a function without its package type", async () => {
    const account = createAccount({
      functions: { mailer: `${REGISTRY}/app:v1` },
      repositories: { app: enabled([old("v1")]) },
    });
    await using simulator = await startSimulator(account, {
      answers: {
        "lambda:ListFunctions": () => ({
          Functions: [{ FunctionName: "mailer", Version: "$LATEST" }],
        }),
      },
    });
    await run(simulator, [], REAL);
    expect(remaining(account, "app")).toEqual(["v1"]);
  });
});
