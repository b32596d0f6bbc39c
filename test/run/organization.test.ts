import { describe, expect, test } from "vitest";

import { app } from "../accounts.ts";
import { type CommandResult, run } from "../make-run.ts";
import {
  type AccountParts,
  type SimulatedImage,
  enabled,
  old,
  remaining,
} from "../simulator/account.ts";
import {
  type Organization,
  type OrganizationParts,
  createOrganization,
} from "../simulator/organization.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";
import type { Summary } from "../../src/report/summary.ts";

/** Makes a real run on an organization. */
async function runIn(
  parts: OrganizationParts,
  settings: Readonly<Record<string, string>> = {},
  options: SimulatorOptions = {},
): Promise<CommandResult & { organization: Organization; summary: Summary; calls: string[] }> {
  const organization = createOrganization(parts);
  await using simulator = await startSimulator(organization, options);
  const result = await run(simulator, ["--json"], { DRY_RUN: "false", ...settings });
  const calls = simulator.calls.map(({ action, place }) => `${place} ${action}`);
  return { organization, ...result, summary: JSON.parse(result.stdout), calls };
}

/** The repository `app` of the home account, with four old images. */
const home = (
  images: readonly SimulatedImage[] = ["v1", "v2", "v3", "v4"].map((tag) => old(tag)),
) => ({
  repositories: { app: enabled(images) },
});

const service = (tag: string): AccountParts => ({
  clusters: { main: { web: { taskDefinition: "web:1" } } },
  taskDefinitions: { "web:1": [app(tag)] },
});

/** What uses an image elsewhere. */
const USERS: Readonly<Record<string, AccountParts>> = {
  "a service": service("v1"),
  "a function": { functions: { mailer: app("v1") } },
  "a task": {
    tasks: { main: [{ containers: [{ image: app("v1") }] }] },
    clusters: { main: {} },
  },
  "a schedule": {
    scheduleGroups: {
      default: {
        nightly: {
          target: {
            Arn: "arn:aws:ecs:eu-west-1:222222222222:cluster/main",
            EcsParameters: { TaskDefinitionArn: "web:1" },
          },
        },
      },
    },
    taskDefinitions: { "web:1": [app("v1")] },
  },
};

describe("an image is kept that is used", () => {
  const places = [
    { name: "in another account", place: "222222222222/eu-west-1" },
    { name: "in another Region", place: "123456789012/us-east-1" },
    { name: "in another account and Region", place: "222222222222/us-east-1" },
  ];
  const settings = [
    { IN_USE_ACCOUNTS: "222222222222", IN_USE_REGIONS: "us-east-1" },
    { IN_USE_ACCOUNTS: "organization", IN_USE_REGIONS: "all" },
  ];
  const rows = places.flatMap((place) =>
    Object.entries(USERS).flatMap(([user, parts]) =>
      settings.map((each) => ({ ...place, user, parts, settings: each })),
    ),
  );
  test.for(rows)("by $user $name, with $settings", async ({ place, parts, settings }) => {
    const { organization, summary, exitCode } = await runIn(
      { home: home(), places: { [place]: parts }, accounts: { "222222222222": {} } },
      settings,
    );
    expect(summary.failures).toEqual([]);
    expect(exitCode).toBe(0);
    expect(remaining(organization.home, "app")).toEqual(["v1"]);
    expect(summary.images.deleted).toBe(3);
  });
});
