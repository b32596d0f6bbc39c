import { describe, expect, test } from "vitest";

import { app } from "../accounts.ts";
import { run, runForPeople } from "../make-run.ts";
import { createAccount, enabled, old } from "../simulator/account.ts";
import { createOrganization } from "../simulator/organization.ts";
import { startSimulator } from "../simulator/simulator.ts";

const SETTINGS = { IN_USE_ACCOUNTS: "organization", IN_USE_REGIONS: "us-east-1" };

/** Two accounts in two Regions use three images of `app`; nothing uses `unused`. Account 444444444444 is suspended. */
const organization = () =>
  createOrganization({
    home: {
      repositories: { app: enabled(["here", "there", "both", "unused"].map((tag) => old(tag))) },
      functions: { mailer: app("here") },
    },
    places: {
      "222222222222/eu-west-1": {
        clusters: { main: { web: { taskDefinition: "web:1" } } },
        taskDefinitions: { "web:1": [app("there")] },
      },
      "222222222222/us-east-1": { functions: { nightly: app("both") } },
      "123456789012/us-east-1": { functions: { nightly: app("both") } },
    },
    accounts: { "444444444444": { state: "SUSPENDED" } },
  });

async function runIn(args: readonly string[]) {
  await using simulator = await startSimulator(organization());
  return await runForPeople(simulator, args, SETTINGS);
}

describe("in an organization,", () => {
  test.for([
    {
      tag: "there",
      users: "used by    222222222222/eu-west-1: ECS service main/web, by web:1",
    },
    {
      tag: "here",
      users: "used by    123456789012/eu-west-1: Lambda function mailer, version $LATEST",
    },
  ])("--explain names the account and the Region of the user of $tag", async ({ tag, users }) => {
    const { exitCode, stdout } = await runIn(["--explain", `app:${tag}`]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("  verdict    keep: in use\n");
    expect(stdout).toContain(users);
  });

  test("--explain names users of the same name in two accounts", async () => {
    const { stdout } = await runIn(["--explain", "app:both"]);
    for (const account of ["123456789012", "222222222222"]) {
      expect(stdout).toContain(`${account}/us-east-1: Lambda function nightly, version $LATEST`);
    }
  });

  test("--list lists what no place uses", async () => {
    const { exitCode, stdout } = await runIn(["--list"]);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").filter(Boolean)).toEqual([expect.stringContaining("app:unused@")]);
  });

  test("--json has what was found in each place, and the accounts that were passed over", async () => {
    const { inUse } = JSON.parse((await runIn(["--json"])).stdout);
    expect(inUse.passedOver).toEqual(["444444444444"]);
    expect(
      inUse.places.map(({ account, region, found }: Record<string, unknown>) => [
        account,
        region,
        found,
      ]),
    ).toEqual([
      ["123456789012", "eu-west-1", { lambda: 1 }],
      ["123456789012", "us-east-1", { lambda: 1 }],
      ["222222222222", "eu-west-1", { ecs: expect.any(Number) }],
      ["222222222222", "us-east-1", { lambda: 1 }],
    ]);
  });

  test("the report says where it read, and what it passed over, and no log line repeats it", async () => {
    const { stdout, stderr } = await runIn([]);
    expect(stdout).toContain("\nRead in:          2 accounts and 2 Regions (4 places)\n");
    expect(stdout).toContain("\nNot read:         inactive account 444444444444\n");
    expect(stderr).not.toContain("444444444444");
  });

  test("the log names the place of what uses an image", async () => {
    await using simulator = await startSimulator(organization());
    const { entries } = await run(simulator, [], SETTINGS);
    const used = entries.filter(({ message }) => message === "Found old image in use");
    expect(used.find(({ tags }) => String(tags) === "there")?.["usedBy"]).toContain(
      "222222222222/eu-west-1: ECS service main/web, by web:1",
    );
  });
});

/** An account whose repository lets a strange account pull, by the text of its policy. */
const shared = () => {
  const statement = {
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::444444444444:root" },
    Action: "ecr:BatchGetImage",
  };
  return createAccount({
    repositories: { app: enabled([old("v1")]) },
    policies: { app: { Statement: [statement] } },
  });
};

describe("of a repository from which a strange account may pull,", () => {
  test.for([60, 80])("the report says what to do, in lines of %d characters", async (columns) => {
    await using simulator = await startSimulator(shared());
    const { stdout } = await runForPeople(simulator, [], {}, { columns });
    const note = stdout.slice(stdout.indexOf("  skipped:"), stdout.indexOf("Total"));
    expect(note.replaceAll(/\s+/g, " ").trim()).toMatch(
      /^skipped: 444444444444 may pull from it, .*: add the account to IN_USE_ACCOUNTS, or tag the repository BoxCleanerUnseenPullers=ignore$/,
    );
    const lines = note.trimEnd().split("\n");
    for (const line of lines) expect(line).toMatch(/^ {2}\S/);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
  });

  test("--explain says why no image of it is deleted", async () => {
    await using simulator = await startSimulator(shared());
    const { stdout } = await runForPeople(simulator, ["--explain", "app:v1"]);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "app is skipped, so no image of it is deleted: 444444444444 may pull from it",
    );
  });
});
