import {
  type Members,
  type Operation,
  type Place,
  ServiceError,
  mapOf,
  pageOf,
  requireRange,
} from "../operation.ts";
import { jsonService } from "../service.ts";

interface StepFunctionsState {
  readonly stateMachines: Map<string, SimulatedStateMachine>;
}

interface SimulatedStateMachine {
  /** In the Amazon States Language: a text, or what is to become one. */
  readonly definition: string | Members;
  /** The definitions of its published versions, by number. */
  readonly versions?: Readonly<Record<string, string | Members>>;
  readonly aliases?: readonly string[];
}

interface StepFunctionsParts {
  readonly stateMachines?: Record<string, SimulatedStateMachine>;
}

function createStepFunctionsState({ stateMachines }: StepFunctionsParts): StepFunctionsState {
  return { stateMachines: mapOf(stateMachines, (machine) => machine) };
}

const CREATED_AT = 1_790_000_000;

const listStateMachines: Operation<StepFunctionsState> = (account, input) => {
  const { items, ...rest } = page([...account.stateMachines.keys()], input);
  const stateMachines = items.map((name) => ({
    stateMachineArn: arnOf(account, name),
    name,
    type: "STANDARD",
    creationDate: CREATED_AT,
  }));
  return { stateMachines, ...rest };
};

/** Describes a machine by its ARN, or a published version by the ARN with its number. */
const describeStateMachine: Operation<StepFunctionsState> = (account, { stateMachineArn }) => {
  const { name, version, machine } = find(account, stateMachineArn);
  const definition = version === undefined ? machine.definition : machine.versions?.[version];
  if (definition === undefined) throw gone(stateMachineArn);
  return {
    stateMachineArn,
    name,
    status: "ACTIVE",
    definition: typeof definition === "string" ? definition : JSON.stringify(definition),
    roleArn: `arn:aws:iam::${account.id}:role/${name}`,
    type: "STANDARD",
    creationDate: CREATED_AT,
  };
};

/** Lists the newest version first. */
const listStateMachineVersions: Operation<StepFunctionsState> = (account, input) => {
  const { name, machine } = find(account, input["stateMachineArn"]);
  const { items, ...rest } = page(Object.keys(machine.versions ?? {}).toReversed(), input);
  const stateMachineVersions = items.map((version) => ({
    stateMachineVersionArn: `${arnOf(account, name)}:${version}`,
    creationDate: CREATED_AT,
  }));
  return { stateMachineVersions, ...rest };
};

const listStateMachineAliases: Operation<StepFunctionsState> = (account, input) => {
  const { name, machine } = find(account, input["stateMachineArn"]);
  const { items, ...rest } = page(machine.aliases ?? [], input);
  const stateMachineAliases = items.map((alias) => ({
    stateMachineAliasArn: `${arnOf(account, name)}:${alias}`,
    creationDate: CREATED_AT,
  }));
  return { stateMachineAliases, ...rest };
};

function find({ stateMachines }: StepFunctionsState, arn: string) {
  const [name = "", version] = arn.split(":").slice(6);
  const machine = stateMachines.get(name);
  if (machine === undefined) throw gone(arn);
  return { name, version, machine };
}

function gone(arn: string): ServiceError {
  return new ServiceError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
}

function page<Item>(items: readonly Item[], { maxResults = 100, nextToken }: Members) {
  requireRange("maxResults", maxResults, 0, 1000);
  // Step Functions takes 0 for its default.
  return pageOf(items, nextToken, maxResults || 100);
}

function arnOf({ region, id }: Place, name: string): string {
  return `arn:aws:states:${region}:${id}:stateMachine:${name}`;
}

export const stepFunctions = jsonService({
  prefix: "states",
  sdkId: "SFN",
  pageToken: "nextToken",
  createState: createStepFunctionsState,
  version: "1.0",
  target: "AWSStepFunctions",
  resourceOf: (_, { stateMachineArn }) => stateMachineArn,
  operations: {
    ListStateMachines: listStateMachines,
    DescribeStateMachine: describeStateMachine,
    ListStateMachineVersions: listStateMachineVersions,
    ListStateMachineAliases: listStateMachineAliases,
  },
});
