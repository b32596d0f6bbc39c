import {
  type Members,
  type Operation,
  type Place,
  ServiceError,
  mapOf,
  nameOf,
  pageOf,
  requireRange,
} from "../operation.ts";
import { jsonService } from "../service.ts";

interface EventBridgeState {
  /** The rules of each event bus; there always is a bus `default`. */
  readonly eventBuses: Map<string, Map<string, SimulatedRule>>;
}

interface SimulatedRule {
  readonly state?: "ENABLED" | "DISABLED";
  /** As EventBridge answers them. */
  readonly targets: readonly Members[];
}

interface EventBridgeParts {
  readonly eventBuses?: Record<string, Record<string, SimulatedRule>>;
}

function createEventBridgeState({ eventBuses }: EventBridgeParts): EventBridgeState {
  const buses: EventBridgeParts["eventBuses"] = { default: {}, ...eventBuses };
  return { eventBuses: mapOf(buses, (rules) => mapOf(rules, (rule) => rule)) };
}

const listEventBuses: Operation<EventBridgeState> = (account, input) => {
  const { items, ...rest } = page([...account.eventBuses.keys()], input);
  return {
    EventBuses: items.map((name) => ({ Name: name, Arn: arnOf(account, `event-bus/${name}`) })),
    ...rest,
  };
};

const listRules: Operation<EventBridgeState> = (account, input) => {
  const { bus, rules } = findBus(account, input);
  const { items, ...rest } = page([...rules], input);
  const Rules = items.map(([name, { state = "ENABLED" }]) => ({
    Name: name,
    Arn: arnOf(account, bus === "default" ? `rule/${name}` : `rule/${bus}/${name}`),
    State: state,
    EventBusName: bus,
  }));
  return { Rules, ...rest };
};

const listRuleNamesByTarget: Operation<EventBridgeState> = (account, input) => {
  const names = [...findBus(account, input).rules]
    .filter(([, { targets }]) => targets.some(({ ["Arn"]: arn }) => arn === input["TargetArn"]))
    .map(([name]) => name);
  const { items, ...rest } = page(names, input);
  return { RuleNames: items, ...rest };
};

const listTargetsByRule: Operation<EventBridgeState> = (account, input) => {
  const { bus, rules } = findBus(account, input);
  const rule = rules.get(input["Rule"]);
  if (rule === undefined) throw gone(`Rule ${input["Rule"]} does not exist on EventBus ${bus}.`);
  const targets = rule.targets.map((target, i) => ({ Id: `target-${i}`, ...target }));
  const { items, ...rest } = page(targets, input);
  return { Targets: items, ...rest };
};

/** The bus that a request names by its name or its ARN, or the default one. */
function findBus({ eventBuses }: EventBridgeState, { EventBusName = "default" }: Members) {
  const bus = nameOf(EventBusName);
  const rules = eventBuses.get(bus);
  if (rules === undefined) throw gone(`Event bus ${bus} does not exist.`);
  return { bus, rules };
}

function gone(message: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", message);
}

function page<Item>(items: readonly Item[], { Limit = 100, NextToken }: Members) {
  requireRange("Limit", Limit, 1, 100);
  const { items: listed, nextToken } = pageOf(items, NextToken, Limit);
  return { items: listed, NextToken: nextToken };
}

function arnOf({ region, id }: Place, resource: string): string {
  return `arn:aws:events:${region}:${id}:${resource}`;
}

export const eventBridge = jsonService({
  prefix: "events",
  sdkId: "EventBridge",
  pageToken: "NextToken",
  createState: createEventBridgeState,
  version: "1.1",
  target: "AWSEvents",
  resourceOf: (place, { Rule, EventBusName = "default" }) =>
    Rule &&
    arnOf(
      place,
      EventBusName === "default" ? `rule/${Rule}` : `rule/${nameOf(EventBusName)}/${Rule}`,
    ),
  operations: {
    ListEventBuses: listEventBuses,
    ListRules: listRules,
    ListRuleNamesByTarget: listRuleNamesByTarget,
    ListTargetsByRule: listTargetsByRule,
  },
});
