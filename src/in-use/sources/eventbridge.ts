import {
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type Rule,
  type Target,
} from "@aws-sdk/client-eventbridge";
import pMap from "p-map";

import { collect, pagesBy, required } from "../../aws/calls.ts";
import { CONCURRENT_CALLS, type Service } from "../../aws/clients.ts";
import { findReferencesIn } from "../../registry/text.ts";
import { whereAvailable } from "./availability.ts";
import { nameInArn } from "./place.ts";
import type { Report, Source } from "./source.ts";
import { isCluster, reportTaskStart } from "./task-starts.ts";

const EVENT_BRIDGE = {
  Client: EventBridgeClient,
  limits: [
    {
      burst: 50,
      perSecond: 50,
      actions: ["events:ListEventBuses", "events:ListRules", "events:ListTargetsByRule"],
    },
  ],
  answers: {
    "events:ListEventBuses": ["EventBuses"],
    "events:ListRules": ["Rules"],
    "events:ListTargetsByRule": ["Targets"],
  },
} satisfies Service<EventBridgeClient>;

/** The largest page of each of the calls (API limit). */
const PAGE_SIZE = 100;
const GONE = "ResourceNotFoundException";

/** Reports what the rules of every event bus start ECS tasks from. */
export const source: Source = {
  id: "eventbridge",
  title: "EventBridge",
  evidence: [
    "the task definitions that the rules of every event bus start tasks from, disabled rules included",
    "every ECR reference in a target of a rule",
  ],
  blindSpots: [
    "ECS tasks that only a subscriber of one of EventBridge's newer custom event buses (`eventsv2`) starts",
  ],
  statements: [
    {
      Sid: "ReadEventBridgeRules",
      Action: Object.keys(EVENT_BRIDGE.answers),
      purpose: "the ECS tasks that EventBridge rules start",
    },
  ],
  read: async (scope, report) =>
    whereAvailable(async () => {
      const client = scope.client(EVENT_BRIDGE);
      // Buses one after the other: most accounts have one, and all calls share one rate.
      for (const bus of await listBuses(client)) {
        const readOne = async (rule: Rule) => readRule(client, rule, report);
        await pMap(await listRules(client, bus), readOne, { concurrency: CONCURRENT_CALLS });
      }
    }),
};

async function readRule(client: EventBridgeClient, rule: Rule, report: Report): Promise<void> {
  const { Arn: arn = "" } = rule;
  const place = `EventBridge rule ${nameInArn(arn)}`;
  for (const target of await listTargets(client, rule)) {
    for (const image of findReferencesIn(target)) report.image(image, place);
    if (!isCluster(target.Arn) && target.EcsParameters === undefined) continue;
    const name = target.EcsParameters?.TaskDefinitionArn;
    reportTaskStart(report, required(name, "events:ListTargetsByRule", place), { arn, place });
  }
}

async function listBuses(client: EventBridgeClient): Promise<string[]> {
  return collect(
    {
      action: "events:ListEventBuses",
      resource: "the account's event buses",
      paginator: pagesBy(async (NextToken) =>
        client.send(new ListEventBusesCommand({ Limit: PAGE_SIZE, NextToken })),
      ),
    },
    (page) => page.EventBuses?.map(({ Name }) => Name ?? ""),
  );
}

async function listRules(client: EventBridgeClient, EventBusName: string): Promise<Rule[]> {
  return collect(
    {
      action: "events:ListRules",
      resource: `event bus ${EventBusName}`,
      paginator: pagesBy(async (NextToken) =>
        client.send(new ListRulesCommand({ EventBusName, Limit: PAGE_SIZE, NextToken })),
      ),
    },
    (page) => page.Rules?.map(({ Name, Arn }) => ({ Name, Arn, EventBusName })),
    GONE,
  );
}

async function listTargets(client: EventBridgeClient, rule: Rule): Promise<Target[]> {
  const { Name: Rule, EventBusName, Arn } = rule;
  const input = { Rule, EventBusName, Limit: PAGE_SIZE };
  return collect(
    {
      action: "events:ListTargetsByRule",
      resource: `EventBridge rule ${Arn}`,
      paginator: pagesBy(async (NextToken) =>
        client.send(new ListTargetsByRuleCommand({ ...input, NextToken })),
      ),
    },
    (page) => page.Targets,
    GONE,
  );
}
