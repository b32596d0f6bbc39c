import { describe, expect, test } from "vitest";

import { FoundReferences } from "../../src/in-use/lists/found-references.ts";
import { writeJsonList } from "../../src/in-use/lists/json-list.ts";
import { parseList } from "../../src/in-use/lists/parse-list.ts";
import { InUseImages } from "../../src/in-use/evidence.ts";
import { app } from "../accounts.ts";
import { everyHolder } from "../in-use/every-holder.ts";
import { BUCKET, accountWith } from "../in-use/lists/lists.ts";
import { run, runForPeople } from "../make-run.ts";
import {
  type AccountParts,
  createAccount,
  digestOf,
  enabled,
  old,
  remaining,
} from "../simulator/account.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

/** Runs `--in-use` in an account. The role has no permission for ECR. */
async function listInUse(
  parts: AccountParts,
  settings: Record<string, string> = {},
  { isAllowed = () => true, ...options }: SimulatorOptions = {},
) {
  await using simulator = await startSimulator(
    createAccount(parts, { id: "222222222222", region: "eu-west-1" }),
    {
      ...options,
      isAllowed: (action, input, place) =>
        !action.startsWith("ecr:") && isAllowed(action, input, place),
    },
  );
  const result = await run(simulator, ["--in-use"], settings);
  return { ...result, calls: simulator.calls.map(({ action }) => action) };
}

const other = (name: string) => app(name).replace(/^\d+/, "333333333333");

/** Uses `app:v1` twice, the whole repository `whole`, an image of a third account, and one in another registry. */
const users = (): AccountParts => ({
  functions: { mailer: app("v1"), worker: app("v1"), other: other("v1"), public: "nginx:1.27" },
  appRunnerServices: {
    pinned: { status: "RUNNING", image: `${app("v2")}@${digestOf("v2")}` },
    odd: { status: "RUNNING", image: app("v1").replace("/app:v1", "/whole:a b") },
  },
});

describe("--in-use prints", () => {
  test("each reference to ECR once, a line each, with the places that use it", async () => {
    const { exitCode, stdout } = await listInUse(users());
    expect(exitCode).toBe(0);
    const list = JSON.parse(stdout);
    expect(list).toMatchObject({
      format: "aws-ecr-cleaner in-use list",
      version: 1,
      account: "222222222222",
      region: "eu-west-1",
      complete: true,
    });
    expect(Date.now() - Date.parse(list.time)).toBeLessThan(60_000);
    expect(list.references.map(({ image }: { image: string }) => image)).toEqual([
      app("v1"),
      `${app("v2")}@${digestOf("v2")}`,
      app("{}").replace("/app:", "/whole:"),
      other("v1"),
    ]);
    expect(list.references[0].place).toMatch(/mailer.*; .*worker/);
    expect(list).not.toHaveProperty("sources");
    expect(stdout.split("\n").filter((line) => line.includes('"image"'))).toHaveLength(4);
  });

  test("an empty list of an account that uses nothing", async () => {
    const { exitCode, stdout } = await listInUse({});
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ complete: true, references: [] });
  });

  test("which sources it has read, if some are left out", async () => {
    const { stdout } = await listInUse(users(), { IN_USE_SOURCES: "lambda ecs" });
    expect(JSON.parse(stdout)).toMatchObject({ complete: true, sources: ["ecs", "lambda"] });
  });

  test("what it cannot know the images of, if there is any", async () => {
    const machine = { definition: `no JSON: ${app("v2")}` };
    const { exitCode, stdout } = await listInUse({ stateMachines: { deploy: machine } });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      complete: true,
      blindSpots: [expect.stringMatching(/deploy has a definition that is no JSON object$/)],
    });
    expect(JSON.parse((await listInUse(users())).stdout)).not.toHaveProperty("blindSpots");
  });

  test("the same without the store and the lists of the settings", async () => {
    const settings = { IN_USE_LISTS: `s3://${BUCKET}/gone`, STORE: `s3://${BUCKET}/store` };
    const { exitCode, calls } = await listInUse(users(), settings);
    expect(exitCode).toBe(0);
    expect(calls.filter((action) => action.startsWith("s3:"))).toEqual([]);
  });

  test("what every source finds, and asks ECR for nothing", async () => {
    const { exitCode, stdout, calls } = await listInUse(everyHolder());
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).references.length).toBeGreaterThan(10);
    expect(calls).toContain("sts:GetCallerIdentity");
    expect(calls.filter((action) => action.startsWith("ecr:"))).toEqual([]);
  });
});

describe("--in-use prints nothing to stdout, and exits with 1, if", () => {
  test("a source cannot be read", async () => {
    const isAllowed = (action: string) => action !== "lambda:ListFunctions";
    const { exitCode, stdout, stderr } = await listInUse(users(), {}, { isAllowed });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("lambda:ListFunctions failed for");
    expect(stderr).toContain("No list is printed");
  });

  test("AWS does not say which account it is", async () => {
    const faults = (action: string) =>
      action === "sts:GetCallerIdentity" ? ({ kind: "empty" } as const) : undefined;
    const { exitCode, stdout, stderr } = await listInUse(users(), {}, { faults });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("sts:GetCallerIdentity failed for");
  });

  test("the clock is wrong", async () => {
    const { exitCode, stdout, stderr } = await listInUse(users(), {}, { clockSkewMs: 10 * 60_000 });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("10 minutes apart");
  });

  test.for([
    { IN_USE_ACCOUNTS: "333333333333" },
    { IN_USE_REGIONS: "all" },
    { IN_USE_EVIDENCE: "original" },
    { IN_USE_SOURCES: "lamda" },
  ])("the settings are %o", async (settings) => {
    const { exitCode, stdout, stderr, calls } = await listInUse(users(), settings);
    expect({ exitCode, stdout, calls }).toEqual({ exitCode: 1, stdout: "", calls: [] });
    expect(stderr).toContain(Object.keys(settings)[0]);
  });

  test.for([
    ["--json"],
    ["--delete"],
    ["--delete", "--yes"],
    ["--list"],
    ["--report", "report.html"],
    ["--repository", "app"],
    ["--explain", "app"],
  ])("it is combined with %s", async (others) => {
    await using simulator = await startSimulator(accountWith());
    const { exitCode, stdout, stderr } = await run(simulator, ["--in-use", ...others]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("'--in-use' cannot be used with option");
    expect(simulator.calls).toEqual([]);
  });
});

test("--in-use warns people of what it cannot read", async () => {
  await using simulator = await startSimulator(createAccount(users()));
  const { exitCode, stdout, stderr } = await runForPeople(simulator, ["--in-use"]);
  expect(exitCode).toBe(0);
  expect(() => JSON.parse(stdout)).not.toThrow();
  expect(stderr).toMatch(/^Warning: Cannot read an image reference, keeping its whole repository/);
});

test("a list of --in-use, read by a run in another account, protects exactly what it names", async () => {
  const { stdout } = await listInUse(users());
  const account = accountWith({ "lists/222222222222.json": stdout });
  const { repositories } = createAccount({
    repositories: { whole: enabled([old("a"), old("b")]) },
  });
  for (const [name, repository] of repositories) account.repositories.set(name, repository);
  await using simulator = await startSimulator(account);
  const { exitCode } = await run(simulator, [], {
    DRY_RUN: "false",
    IN_USE_LISTS: `s3://${BUCKET}/lists`,
  });
  expect(exitCode).toBe(0);
  expect(remaining(account, "app")).toEqual(["v1", "v2", "v4"]);
  expect(remaining(account, "whole")).toEqual(["a", "b"]);
});

describe("a found reference, listed and read again,", () => {
  const PLACE = "a function";
  const DIGEST = digestOf("v1");

  test.for([
    app("v1"),
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app",
    `${app("v1")}@${DIGEST}`,
    ` docker://${app("v1")} `,
    app("v1").replace(".ecr.", ".ecr-fips."),
    app("v1").replace("amazonaws.com", "amazonaws.com.cn"),
    "123456789012.dkr-ecr.eu-west-1.on.aws/app:v1",
    app("a b"),
    app("{}"),
    app(`x y@${DIGEST}`),
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/Shop/Api :v1",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/",
    `${app("v1")},${app("v2")}`,
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/123456789012.dkr.ecr.eu-west-1.amazonaws.com/App",
    "nginx:1.27",
  ])("counts as it did: %s", async (text) => {
    const found = new FoundReferences();
    const [direct, listed] = [new InUseImages(), new InUseImages()];
    expect(found.add(text, PLACE)).toBe(direct.add(text, PLACE));
    const { references } = parseList(Buffer.from(jsonOf(found)), 0);
    for (const { image, place = "" } of references) listed.add(image, place);
    expect(stateOf(listed)).toEqual(stateOf(direct));
  });

  const jsonOf = (found: FoundReferences) =>
    writeJsonList({
      account: "123456789012",
      region: "eu-west-1",
      time: 0,
      complete: true,
      references: found.toList(),
    });

  const stateOf = (images: InUseImages) => ({
    size: images.size,
    hasDigest: images.hasDigest(DIGEST),
    places: ["app", "shop/api", "", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app"].map(
      (name) =>
        images.placesOf(`123456789012/eu-west-1/${name}`, {
          digest: DIGEST,
          tags: ["v1", "latest"],
          sizeBytes: 0,
        }),
    ),
  });
});
