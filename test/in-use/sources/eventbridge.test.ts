import { describe, expect, test } from "vitest";

import type { AccountParts } from "../../simulator/account.ts";
import { app } from "../../accounts.ts";
import { CLUSTER, arnOf, readSource, taskTarget } from "../read-source.ts";

type Rules = NonNullable<AccountParts["eventBuses"]>[string];

const onDefault = (...targets: Rules[string]["targets"]): AccountParts => ({
  eventBuses: { default: { nightly: { targets } } },
});

describe("of EventBridge rules, a scan sees", () => {
  test.for<{ name: string; parts: AccountParts; used: string[] }>([
    {
      name: "the revision that a target names by its ARN",
      parts: onDefault(taskTarget(arnOf("ecs", "task-definition/job:1"))),
      used: ["v1"],
    },
    {
      name: "the newest active revision, if a target's ARN names none",
      parts: {
        ...onDefault(taskTarget(arnOf("ecs", "task-definition/job"))),
        inactiveTaskDefinitions: ["job:3"],
      },
      used: ["v2"],
    },
    {
      name: "every target of a rule, those beside an ECS target too",
      parts: onDefault({ Arn: arnOf("sqs", "queue") }, taskTarget("job:1"), taskTarget("other:1"), {
        Arn: arnOf("lambda", "function:mailer"),
      }),
      used: ["v1", "v4"],
    },
    {
      name: "rules of every bus, disabled ones too",
      parts: {
        eventBuses: {
          default: { nightly: { targets: [taskTarget("job:1")], state: "DISABLED" } },
          orders: { ordered: { targets: [taskTarget("job:2")] } },
          empty: {},
        },
      },
      used: ["v1", "v2"],
    },
    {
      name: "ECR references in what a target is given",
      parts: onDefault(
        {
          Arn: arnOf("codebuild", "project/site"),
          Input: JSON.stringify({ imageOverride: app("v1") }),
        },
        {
          Arn: arnOf("states", "stateMachine:order"),
          InputTransformer: { InputTemplate: `{"image": "${app("v2")}"}` },
        },
      ),
      used: ["v1", "v2"],
    },
    {
      name: "no task of a target that is another kind of cluster",
      parts: onDefault({ Arn: arnOf("redshift", "cluster:main") }),
      used: [],
    },
  ])("$name", async ({ parts, used }) => {
    const result = await readSource("eventbridge", parts);
    expect(result.used).toEqual(used);
    expect(result.blindSpots).toEqual([]);
  });

  test("all of more than one page, of buses, rules and targets", async () => {
    const numbers = Array.from({ length: 101 }, (_, i) => i);
    const all = <Item>(item: (i: number) => Item) =>
      Object.fromEntries(numbers.map((i) => [`n${i}`, item(i)]));
    const { used } = await readSource("eventbridge", {
      eventBuses: {
        ...all(() => ({})),
        default: all((i) => ({ targets: i === 100 ? [taskTarget("job:1")] : [] })),
        n100: {
          rule: { targets: numbers.map((i) => taskTarget(i === 100 ? "job:2" : "other:1")) },
        },
      },
    });
    expect(used).toEqual(["v1", "v2", "v4"]);
  });

  test("where it is used: the rule by its name", async () => {
    const { placesOf } = await readSource("eventbridge", {
      eventBuses: { orders: { ordered: { targets: [taskTarget("job:1")] } } },
    });
    expect(placesOf("v1")).toEqual([`EventBridge rule orders/ordered, by job:1`]);
  });
});

test("an account without rules costs two calls", async () => {
  const { calls } = await readSource("eventbridge", {});
  expect(calls.map(({ action }) => action)).toEqual(["events:ListEventBuses", "events:ListRules"]);
});

test("in place of a revision that is gone and that a rule names, the newest one of its family counts", async () => {
  const { used, status } = await readSource("eventbridge", {
    eventBuses: {
      default: {
        dead: { targets: [taskTarget("job:9"), taskTarget("never-existed")] },
        alive: { targets: [taskTarget("job:1")] },
      },
    },
  });
  expect({ used, status }).toEqual({ used: ["v1", "v3"], status: "complete" });
});

test.for([
  { target: taskTarget("no name!"), warning: 'names "no name!", which is no name' },
  {
    target: taskTarget("arn:aws:ecs:eu-west-1:210987654321:task-definition/job:1"),
    warning: "starts tasks from arn:aws:ecs:eu-west-1:210987654321:task-definition/job:1",
  },
  {
    target: taskTarget("arn:aws:ecs:us-east-1:123456789012:task-definition/job:1"),
    warning: "in another account or Region",
  },
])("a rule of which $warning is a warning, no error", async ({ target, warning }) => {
  const { used, blindSpots, warnings } = await readSource(
    "eventbridge",
    onDefault(target, taskTarget("other:1")),
  );
  expect(used).toEqual(["v4"]);
  expect(blindSpots).toEqual([expect.stringContaining(warning)]);
  expect(blindSpots?.[0]).toContain("EventBridge rule nightly");
  expect(warnings).toEqual([
    expect.objectContaining({ level: "WARN", source: "eventbridge", blindSpot: blindSpots?.[0] }),
  ]);
});

test("an ECS target without its task definition is an incomplete answer", async () => {
  await expect(readSource("eventbridge", onDefault({ Arn: CLUSTER }))).rejects.toThrow(
    "events:ListTargetsByRule failed for EventBridge rule",
  );
});
