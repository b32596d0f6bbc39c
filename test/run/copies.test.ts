import { expect, test } from "vitest";

import { run } from "../make-run.ts";
import { enabled, old, remaining } from "../simulator/account.ts";
import { createOrganization } from "../simulator/organization.ts";
import { startSimulator } from "../simulator/simulator.ts";

// An error that nobody waits for ends a Node process, and so a Lambda function: the test run reports it.
test("a copy that cannot be listed fails its repository alone, also while the repository itself is still listed", async () => {
  const home = { id: "123456789012", region: "eu-west-1" };
  const organization = createOrganization({
    home: {
      repositories: { app: enabled([old("v1")]), web: enabled([old("v1")]) },
      replication: [
        {
          destinations: [{ registryId: "222222222222", region: home.region }],
          repositoryFilters: [{ filter: "app", filterType: "PREFIX_MATCH" }],
          deleteReplication: { enabled: true },
        },
      ],
    },
    places: { "222222222222/eu-west-1": { repositories: { app: enabled([old("v1")]) } } },
  });
  await using simulator = await startSimulator(organization, {
    isAllowed: (action, _, { id }) => action !== "ecr:DescribeImages" || id === home.id,
    // The repository itself is listed at the second attempt.
    faults: (action, { repositoryName }, nth, { id }) =>
      action === "ecr:DescribeImages" && repositoryName === "app" && id === home.id && nth < 2
        ? { kind: "unavailable" }
        : undefined,
  });
  const settings = { DRY_RUN: "false", IN_USE_ACCOUNTS: "222222222222" };
  const { exitCode, stderr } = await run(simulator, [], settings);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("ecr:DescribeImages failed for repository app");
  expect(remaining(organization.home, "app")).toEqual(["v1"]);
  expect(remaining(organization.home, "web")).toEqual([]);
});
