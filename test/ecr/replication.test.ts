import { describe, expect, test } from "vitest";

import { cleanAccount } from "../make-run.ts";
import { type AccountParts, enabled, old, remaining } from "../simulator/account.ts";

type Rule = NonNullable<AccountParts["replication"]>[number];

const FRANKFURT = { region: "eu-central-1", registryId: "123456789012" };
const STRANGER = { region: "eu-west-1", registryId: "444444444444" };
const on = { deleteReplication: { enabled: true } };
const prefix = (filter: string) => ({
  repositoryFilters: [{ filter, filterType: "PREFIX_MATCH" as const }],
});

interface Case {
  readonly name: string;
  readonly replication: readonly Rule[];
  /** The registries in which ECR repeats the deletions of the repository `shop/api`. */
  readonly repeated: readonly string[];
}

describe("the deletions of a repository", () => {
  test.for<Case>([
    { name: "are not repeated without a rule", replication: [], repeated: [] },
    {
      name: "are not repeated by a rule that only copies",
      replication: [
        { destinations: [FRANKFURT] },
        { destinations: [FRANKFURT], deleteReplication: { enabled: false } },
      ],
      repeated: [],
    },
    {
      name: "are repeated by a rule for all repositories",
      replication: [{ destinations: [FRANKFURT, STRANGER], ...on }],
      repeated: ["123456789012/eu-central-1", "444444444444/eu-west-1"],
    },
    {
      name: "are repeated by a rule for their prefix",
      replication: [{ destinations: [FRANKFURT], ...prefix("shop/"), ...on }],
      repeated: ["123456789012/eu-central-1"],
    },
    {
      name: "are not repeated by a rule for another prefix",
      replication: [{ destinations: [FRANKFURT], ...prefix("team/"), ...on }],
      repeated: [],
    },
    {
      name: "are repeated by one of two rules",
      replication: [
        { destinations: [FRANKFURT] },
        { destinations: [STRANGER], ...prefix("shop"), ...on },
      ],
      repeated: ["444444444444/eu-west-1"],
    },
  ])("$name", async ({ replication, repeated }) => {
    const { account, outcomes } = await cleanAccount({
      replication,
      repositories: { "shop/api": enabled([old("v1")]) },
    });
    const isSkipped = repeated.length > 0;
    expect(remaining(account, "shop/api")).toEqual(isSkipped ? ["v1"] : []);
    expect(outcomes[0]?.status).toBe(isSkipped ? "skipped" : "cleaned");
    const named = /repeats its deletions in (?<where>.*), and this run/.exec(
      outcomes[0]?.note ?? "",
    );
    expect(named?.groups?.["where"]?.split(", ") ?? []).toEqual(repeated);
  });
});

test("a rule that is neither on nor off counts as repeating deletions", async () => {
  const { account } = await cleanAccount(
    { repositories: { app: enabled([old("v1")]) } },
    {
      answers: {
        "ecr:DescribeRegistry": () => ({
          registryId: "123456789012",
          replicationConfiguration: {
            rules: [{ destinations: [FRANKFURT], deleteReplication: { enabled: null } }],
          },
        }),
      },
    },
  );
  expect(remaining(account, "app")).toEqual(["v1"]);
});

test("a run with IN_USE_EVIDENCE=original does not read the rules", async () => {
  const { account, simulator } = await cleanAccount(
    {
      replication: [{ destinations: [FRANKFURT], ...on }],
      repositories: { app: enabled([old("v1")]) },
    },
    {},
    { IN_USE_EVIDENCE: "original" },
  );
  expect(remaining(account, "app")).toEqual([]);
  expect(simulator.callsOf("ecr:DescribeRegistry")).toEqual([]);
});
