import { describe, expect, test } from "vitest";

import { connectAws } from "../../src/aws/clients.ts";
import { ECR } from "../../src/ecr/ecr.ts";
import { FreshEvidence } from "../../src/in-use/freshness.ts";
import { createLog } from "../../src/log.ts";
import { DeletionBudget } from "../../src/run/budget.ts";
import { Registries } from "../../src/run/registries.ts";
import { RepositoryRun } from "../../src/run/repository.ts";
import { parseConfig } from "../../src/settings/config.ts";
import { cleanAccount, useSimulator } from "../make-run.ts";
import { createAccount, enabled, old, remaining, repository } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

const parts = { repositories: { on: enabled([old("v1")]), off: repository([old("v1")]) } };
const named = { event: { repositories: ["on", "off"] } };

describe("a run that names a repository which is not enabled", () => {
  test("is a dry run if it is to plan such repositories", async () => {
    const { account, summary } = await cleanAccount(
      parts,
      {},
      {},
      { ...named, planNotEnabled: true },
    );
    expect(summary).toMatchObject({ dryRun: true, repositories: { notEnabled: ["off"] } });
    expect(remaining(account, "on")).toEqual(["v1"]);
    expect(remaining(account, "off")).toEqual(["v1"]);
  });

  test("else cleans the others, and its summary does not name it", async () => {
    const { account, summary } = await cleanAccount(parts, {}, {}, named);
    expect(summary.dryRun).toBe(false);
    expect(summary.repositories).not.toHaveProperty("notEnabled");
    expect(remaining(account, "on")).toEqual([]);
    expect(remaining(account, "off")).toEqual(["v1"]);
  });
});

test.for([
  { name: "is not enabled", tags: {}, status: "skipped", left: ["v1"] },
  { name: "is enabled", tags: { BoxCleanerEnabled: "true" }, status: "cleaned", left: [] },
])("the work on a repository that $name leaves $left, even in a real run", async (row) => {
  const account = createAccount({ repositories: { app: repository([old("v1")], row.tags) } });
  await using simulator = await startSimulator(account);
  useSimulator(simulator);
  const aws = await connectAws({ hasTime: () => true, now: Date.now });
  const { config } = parseConfig({ DRY_RUN: "false", ALLOW_EMPTY_IN_USE: "true" });
  const evidence = new FreshEvidence({ read: async () => ({ places: [], lists: [] }) }, Date.now);
  const work = new RepositoryRun(
    {
      config,
      ecr: aws.client(ECR),
      evidence,
      replication: undefined,
      history: undefined,
      registries: new Registries(aws.client(ECR), [], { accounts: new Set() }),
      budget: new DeletionBudget(undefined),
      confirmed: undefined,
      log: createLog("SILENT"),
      now: Date.now,
      observer: {},
    },
    {
      name: "app",
      arn: "arn:aws:ecr:eu-west-1:123456789012:repository/app",
      registryId: "123456789012",
      region: "eu-west-1",
      key: "123456789012/eu-west-1/app",
      tags: row.tags,
    },
  );
  await work.list();
  await work.clean(await evidence.current());
  expect(work.finish().status).toBe(row.status);
  expect(remaining(account, "app")).toEqual(row.left);
});
