import { describe, expect, test, vi } from "vitest";

import { app, digestsIn, recordOf, untagged } from "../accounts.ts";
import { cleanAccount, run, runAccount } from "../make-run.ts";
import {
  type Account,
  REGISTRY,
  createAccount,
  digestOf,
  enabled,
  old,
  remaining,
  repository,
} from "../simulator/account.ts";
import { type Members, ServiceError } from "../simulator/operation.ts";
import { startSimulator } from "../simulator/simulator.ts";

const REAL = { DRY_RUN: "false", KEEP_TASK_DEFINITIONS: "0" };

describe("a repository", () => {
  /** The calls that the policy of a repository can deny. */
  const CALLS = [
    "ecr:ListTagsForResource",
    "ecr:DescribeImages",
    "ecr:BatchGetImage",
    "ecr:BatchDeleteImage",
  ];
  const ALL = ["child", "index", "unused"];
  const CLEANED = ["child", "index"];

  /** The images of a repository: an index in use, its child, and an unused image. */
  const images = () => {
    const child = old("child");
    return [child, old("index", { children: [child] }), old("unused")];
  };
  const createShop = (names: readonly string[], tags?: Record<string, string>) =>
    createAccount({
      repositories: recordOf(names, (name) =>
        name === "closed" && tags ? repository(images(), tags) : enabled(images()),
      ),
      functions: recordOf(names, (name) => `${REGISTRY}/${name}:index`),
    });
  const isAbout = (name: string, { repositoryName, repositoryNames, resourceArn }: Members) =>
    [repositoryName, repositoryNames?.[0], resourceArn?.split("/").at(-1)].includes(name);
  const denying = (denied: string) => ({
    isAllowed: (action: string, input: Members) => action !== denied || !isAbout("closed", input),
  });

  const orders = [
    ["closed", "a", "b"],
    ["a", "closed", "b"],
    ["a", "b", "closed"],
  ];

  test.for(CALLS)(
    "that denies %s fails alone, in any order of the repositories",
    async (denied) => {
      for (const names of orders) {
        for (const start of [0, 0.34, 0.67]) {
          // A run starts at a random repository.
          const random = vi.spyOn(Math, "random").mockReturnValue(start);
          await using simulator = await startSimulator(createShop(names), denying(denied));
          const { exitCode, stdout } = await run(simulator, ["--json"], REAL);
          random.mockRestore();
          const left = names.map((name) => [name, remaining(simulator.account, name)]);
          expect(Object.fromEntries(left)).toEqual({ closed: ALL, a: CLEANED, b: CLEANED });
          expect(exitCode).toBe(1);
          expect(JSON.parse(stdout)).toMatchObject({
            repositories: { enabled: 3, cleaned: 2, failed: 1, notReached: 0 },
            failures: [
              {
                repository: "closed",
                code: "AccessDeniedException",
                message: expect.stringContaining(denied),
              },
            ],
          });
        }
      }
    },
  );

  test.for(CALLS)("that denies %s fails alone if a run names it and others", async (denied) => {
    await using simulator = await startSimulator(createShop(["closed", "a", "b"]), denying(denied));
    const args = ["--repository", "closed", "--repository", "a"];
    expect((await run(simulator, args, REAL)).exitCode).toBe(1);
    expect(remaining(simulator.account, "closed")).toEqual(ALL);
    expect(remaining(simulator.account, "a")).toEqual(CLEANED);
    expect(remaining(simulator.account, "b")).toEqual(ALL);
  });

  test.for(CALLS)("that denies %s and is not enabled does not fail the run", async (denied) => {
    for (const tagIndex of [undefined, {}]) {
      const shop = createShop(["closed", "a"], { team: "shop" });
      const account = { ...shop, ...(tagIndex && { tagIndex: new Map() }) };
      await using simulator = await startSimulator(account, denying(denied));
      const { exitCode } = await run(simulator, [], REAL);
      expect(exitCode).toBe(0);
      expect(remaining(account, "closed")).toEqual(ALL);
      expect(remaining(account, "a")).toEqual(CLEANED);
    }
  });

  test("that denies its tags is skipped with a warning if nothing says that it is enabled", async () => {
    const account = { ...createShop(["a", "closed", "b"]), tagIndex: new Map() };
    await using simulator = await startSimulator(account, denying("ecr:ListTagsForResource"));
    const { exitCode, entries } = await run(simulator, ["--json"], REAL);
    expect(exitCode).toBe(0);
    expect(remaining(account, "closed")).toEqual(ALL);
    expect(remaining(account, "a")).toEqual(CLEANED);
    expect(remaining(account, "b")).toEqual(CLEANED);
    expect(entries.filter(({ level }) => level === "WARN")).toEqual([
      expect.objectContaining({
        repository: "closed",
        reason: expect.stringContaining("ecr:ListTagsForResource"),
      }),
    ]);
  });

  test.for(CALLS)("that denies %s like all others fails the run", async (denied) => {
    for (const tagIndex of [undefined, {}]) {
      const account = { ...createShop(["a", "b"]), ...(tagIndex && { tagIndex: new Map() }) };
      await using simulator = await startSimulator(account, {
        isAllowed: (action) => action !== denied,
      });
      expect((await run(simulator, [], REAL)).exitCode).toBe(1);
      expect(remaining(account, "a")).toEqual(ALL);
      expect(remaining(account, "b")).toEqual(ALL);
    }
  });

  test("that denies its description fails alone if a run names it and others", async () => {
    const options = denying("ecr:DescribeRepositories");
    await using simulator = await startSimulator(createShop(["closed", "a"]), options);
    const args = ["--repository", "closed", "--repository", "a"];
    expect((await run(simulator, args, REAL)).exitCode).toBe(1);
    expect(remaining(simulator.account, "closed")).toEqual(ALL);
    expect(remaining(simulator.account, "a")).toEqual(CLEANED);
  });

  const failing = (failed: string) => ({
    before: {
      [failed]: (_: Account, input: Members) => {
        if (!isAbout("closed", input)) return;
        throw new ServiceError("KmsException", "The key is disabled.");
      },
    },
  });
  test.for(CALLS)("that answers %s with an error fails alone", async (failed) => {
    await using simulator = await startSimulator(createShop(["closed", "a"]), failing(failed));
    expect((await run(simulator, [], REAL)).exitCode).toBe(1);
    expect(remaining(simulator.account, "closed")).toEqual(ALL);
    expect(remaining(simulator.account, "a")).toEqual(CLEANED);
  });
});

describe("a task definition that vanishes before a run describes it", () => {
  const parts = {
    clusters: { main: { web: { taskDefinition: "web:1" }, mail: { taskDefinition: "mail:1" } } },
    taskDefinitions: {
      "web:1": [app("web-1")],
      "web:2": [app("web-2")],
      "mail:1": [app("mail-1")],
      "job:1": [app("job-1")],
    },
  };
  const TAGS = ["job-1", "mail-1", "web-1", "web-2"];
  const repositories = () => ({ app: enabled(TAGS.map((tag) => old(tag))) });

  /** Makes a real run. The account changes before the first call that describes a given task definition. */
  async function runWhile(
    changes: Readonly<Record<string, (account: Account) => void>>,
    more: object = {},
  ) {
    const asked = new Set<string>();
    const { account, exitCode, stdout } = await runAccount(
      { ...parts, ...more, repositories: repositories() },
      {
        before: {
          "ecs:DescribeTaskDefinition": (account, { taskDefinition }) => {
            const name = taskDefinition.split("/").at(-1);
            if (!asked.has(name)) changes[name]?.(account);
            asked.add(name);
          },
        },
      },
      REAL,
    );
    return { exitCode, stdout, left: remaining(account, "app") };
  }

  test("with its service uses no image", async () => {
    const { exitCode, left } = await runWhile({
      "web:1": ({ clusters, taskDefinitions }) => {
        taskDefinitions.delete("web:1");
        clusters.get("main")?.services.delete("web");
      },
    });
    expect(exitCode).toBe(0);
    expect(left).toEqual(["mail-1"]);
  });

  test("with its cluster uses no image", async () => {
    const { exitCode, left } = await runWhile(
      {
        "web:1": ({ clusters, taskDefinitions }) => {
          taskDefinitions.delete("web:1");
          clusters.delete("main");
        },
      },
      { functions: { mailer: app("job-1") } },
    );
    expect(exitCode).toBe(0);
    expect(left).toEqual(["job-1", "mail-1"]);
  });

  test("with its pending task uses no image", async () => {
    const { exitCode, left } = await runWhile(
      {
        "job:1": ({ clusters, taskDefinitions }) => {
          taskDefinitions.delete("job:1");
          clusters.get("main")?.tasks.clear();
        },
      },
      { tasks: { main: [{ taskDefinition: "job:1", containers: [] }] } },
    );
    expect(exitCode).toBe(0);
    expect(left).toEqual(["mail-1", "web-1"]);
  });

  /** Deletes the task definition of the service `web`, and gives the service another one. */
  const replace = (from: string, to: string) => (account: Account) => {
    account.taskDefinitions.delete(from);
    account.clusters.get("main")?.services.set("web", { taskDefinition: to });
  };

  test("is replaced by the new task definition of its service", async () => {
    const { exitCode, left } = await runWhile({ "web:1": replace("web:1", "web:2") });
    expect(exitCode).toBe(0);
    expect(left).toEqual(["mail-1", "web-2"]);
  });

  test("is replaced by the newest task definition of its service, even after two changes", async () => {
    const { exitCode, left } = await runWhile({
      "web:1": replace("web:1", "job:1"),
      "job:1": replace("job:1", "web:2"),
    });
    expect(exitCode).toBe(0);
    expect(left).toEqual(["mail-1", "web-2"]);
  });

  test("fails the run if its service still names it, and the error names both", async () => {
    const { exitCode, stdout, left } = await runWhile({
      "web:1": ({ taskDefinitions }) => {
        taskDefinitions.delete("web:1");
      },
    });
    expect(exitCode).toBe(1);
    expect(left).toEqual(TAGS);
    expect(stdout).toMatch(/ecs:DescribeTaskDefinition failed for \S+web:1.*ECS service main\/web/);
  });
});

describe("a container that names one digest and runs another", () => {
  const named = (tag: string) => `${REGISTRY}/app${tag}@${digestOf("named")}`;
  const images = () => [
    untagged("named"),
    untagged("runs"),
    old("tagged", { tags: "live" }),
    old("latest"),
    old("unused"),
  ];
  const task = (image: string) => ({
    tasks: { main: [{ containers: [{ image, digest: digestOf("runs") }] }] },
  });
  const revision = (image: string) => ({
    clusters: { main: { web: { revisions: [[{ image, digest: digestOf("runs") }]] } } },
  });
  const version = (image: string) => ({
    functions: {
      mailer: { $LATEST: { image, resolved: `${REGISTRY}/app@${digestOf("runs")}` } },
    },
  });

  test.for([
    { user: "a task", tag: "", use: task, left: ["named", "runs"] },
    { user: "a task", tag: ":live", use: task, left: ["named", "runs", "tagged"] },
    { user: "a service revision", tag: "", use: revision, left: ["named", "runs"] },
    { user: "a service revision", tag: ":live", use: revision, left: ["named", "runs", "tagged"] },
    { user: "a function version", tag: "", use: version, left: ["named", "runs"] },
    { user: "a function version", tag: ":live", use: version, left: ["named", "runs", "tagged"] },
  ])("uses both images, in $user of app$tag@sha256", async ({ tag, use, left }) => {
    const { account } = await cleanAccount({
      ...use(named(tag)),
      repositories: { app: enabled(images()) },
    });
    expect(digestsIn(account, "app").toSorted()).toEqual(left.map(digestOf).toSorted());
  });
});

describe("ALLOW_EMPTY_IN_USE=false", () => {
  const full = () => enabled([old("v1"), old("v2")]);
  const GUARDED = { ALLOW_EMPTY_IN_USE: "false" };

  test.for([
    { name: "in another Region", image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v1" },
    { name: "in another account", image: "210987654321.dkr.ecr.eu-west-1.amazonaws.com/app:v1" },
    { name: "of another company", image: "docker.io/library/nginx:1.29" },
    { name: "of public images", image: "public.ecr.aws/nginx/nginx:1.29" },
  ])("ignores a reference to a registry $name", async ({ image }) => {
    for (const parts of [
      { functions: { mailer: image } },
      { tasks: { main: [{ containers: [{ image, digest: digestOf("v1") }] }] } },
      { appRunnerServices: { web: { status: "RUNNING", image } } },
    ]) {
      const { account, summary } = await cleanAccount(
        { ...parts, repositories: { app: full() } },
        {},
        GUARDED,
      );
      expect(remaining(account, "app")).toEqual(["v1", "v2"]);
      expect(summary).toMatchObject({
        complete: false,
        inUse: { referencesHere: 0 },
        failures: [{ message: expect.stringContaining("ALLOW_EMPTY_IN_USE") }],
      });
    }
  });

  test.for([
    { name: "an image that is gone", image: `${REGISTRY}/gone:v1`, left: [] },
    { name: "an image of this registry", image: app("v1"), left: ["v1"] },
  ])("counts a reference to $name", async ({ image, left }) => {
    const { account, summary } = await cleanAccount(
      { functions: { mailer: image }, repositories: { app: full() } },
      {},
      GUARDED,
    );
    expect(remaining(account, "app")).toEqual(left);
    expect(summary).toMatchObject({ complete: true, failures: [] });
  });
});
