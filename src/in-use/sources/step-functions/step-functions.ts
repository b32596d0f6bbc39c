import {
  DescribeStateMachineCommand,
  ListStateMachineVersionsCommand,
  SFNClient,
  type StateMachineVersionListItem as Version,
  paginateListStateMachines,
} from "@aws-sdk/client-sfn";
import pMap from "p-map";

import { call, collect, pagesBy, isGone, required } from "../../../aws/calls.ts";
import { CONCURRENT_CALLS, type Service } from "../../../aws/clients.ts";
import { whereAvailable } from "../availability.ts";
import { nameInArn } from "../place.ts";
import type { Report, Scope, Source } from "../source.ts";
import { reportTaskStart } from "../task-starts.ts";
import { type TaskStart, type Uses, readDefinition } from "./definition.ts";

const STEP_FUNCTIONS = {
  Client: SFNClient,
  limits: [
    { burst: 200, perSecond: 20, actions: ["states:DescribeStateMachine"] },
    { burst: 100, perSecond: 5, actions: ["states:ListStateMachines"] },
    { burst: 100, perSecond: 1, actions: ["states:ListStateMachineVersions"] },
  ],
  answers: {
    "states:DescribeStateMachine": ["definition"],
    "states:ListStateMachineVersions": ["stateMachineVersions"],
    "states:ListStateMachines": ["stateMachines"],
  },
} satisfies Service<SFNClient>;

/** The largest page of both lists (API limit). */
const PAGE_SIZE = 1000;
const GONE = "StateMachineDoesNotExist";
/** The key that encrypts a definition is disabled or gone: the state machine cannot start. */
const KEY_UNUSABLE = "KmsInvalidStateException";

/** Reports what state machines and their published versions use. */
export const source: Source = {
  id: "step-functions",
  title: "Step Functions",
  evidence: [
    "the task definitions that the states of state machines and of their published versions name",
    "every ECR reference in their definitions: one without a tag counts for its whole repository",
  ],
  blindSpots: [
    "task definitions and images that a state machine chooses while it runs: a warning names each state machine that chooses its task definition",
    "the former definition of a state machine, while executions that began with it still run",
    "state machines whose KMS key is disabled or gone: a warning names each",
  ],
  statements: [
    {
      Sid: "ReadStateMachines",
      Action: Object.keys(STEP_FUNCTIONS.answers),
      purpose: "the ECS tasks and the images in the definitions of Step Functions state machines",
    },
  ],
  read: async (scope, report) =>
    whereAvailable(async () => {
      const client = scope.client(STEP_FUNCTIONS);
      const machines = await listStateMachines(client);
      const readOne = async (arn: string) => readStateMachine(arn, usesOf(client, arn), report);
      const readVersion = async ({ stateMachineVersionArn: arn = "", creationDate }: Version) => {
        const read = async () => usesOf(client, arn);
        // A version never changes. Its date tells it from the version of another machine that had the same name.
        const uses =
          creationDate === undefined
            ? read()
            : askUses(scope, `state machine version ${arn} of ${creationDate.getTime()}`, read);
        await readStateMachine(arn, uses, report);
      };
      await pMap(machines, readOne, { concurrency: CONCURRENT_CALLS });
      const versions = await pMap(machines, async (arn) => listVersions(client, arn), {
        concurrency: CONCURRENT_CALLS,
      });
      await pMap(versions.flat(), readVersion, { concurrency: CONCURRENT_CALLS });
    }),
};

async function listStateMachines(client: SFNClient): Promise<string[]> {
  return collect(
    {
      action: "states:ListStateMachines",
      resource: "the account's state machines",
      paginator: paginateListStateMachines({ client, pageSize: PAGE_SIZE }, {}),
    },
    (page) => page.stateMachines?.map(({ stateMachineArn }) => stateMachineArn ?? ""),
  );
}

async function listVersions(client: SFNClient, stateMachineArn: string): Promise<Version[]> {
  const input = { stateMachineArn, maxResults: PAGE_SIZE };
  return collect(
    {
      action: "states:ListStateMachineVersions",
      resource: `state machine ${stateMachineArn}`,
      paginator: pagesBy(async (nextToken) =>
        client.send(new ListStateMachineVersionsCommand({ ...input, nextToken })),
      ),
    },
    (page) => page.stateMachineVersions,
    GONE,
  );
}

/** @param arn that of a state machine, or of one of its versions */
async function readStateMachine(
  arn: string,
  reading: Promise<Uses | undefined>,
  report: Report,
): Promise<void> {
  const place = `Step Functions state machine ${nameInArn(arn)}`;
  const uses = await reading.catch((error: unknown) => {
    if (!isGone(error, KEY_UNUSABLE)) throw error;
    report.blindSpot(`${place} is encrypted with a KMS key that is disabled or gone`);
  });
  if (uses === undefined) return;
  const { images, taskStarts, isReadable } = uses;
  if (!isReadable) report.blindSpot(`${place} has a definition that is no JSON object`);
  for (const image of images) report.image(image, place);
  for (const start of taskStarts) reportState(start, { arn, place }, report);
}

function reportState(
  { state, taskDefinition, hasOwnRole }: TaskStart,
  { arn, place }: { arn: string; place: string },
  report: Report,
): void {
  if (taskDefinition === undefined) {
    report.blindSpot(`${place} chooses the task definition of its state "${state}" at run time`);
    return;
  }
  reportTaskStart(report, taskDefinition, { arn, place });
  if (hasOwnRole) {
    report.blindSpot(`${place} may start the tasks of its state "${state}" in another account`);
  }
}

/** What a version uses. The text of its definition can be secret, so it is not what a store gets. */
async function askUses(
  scope: Scope,
  key: string,
  read: () => Promise<Uses | undefined>,
): Promise<Uses | undefined> {
  const fact = await scope.askFact(key, async () => {
    const uses = await read();
    return uses && [JSON.stringify(uses)];
  });
  return fact?.[0] === undefined ? undefined : JSON.parse(fact[0]);
}

/** What a state machine or one of its versions uses. Nothing if it is gone. */
async function usesOf(client: SFNClient, arn: string): Promise<Uses | undefined> {
  const action = "states:DescribeStateMachine";
  const resource = `state machine ${arn}`;
  const command = new DescribeStateMachineCommand({ stateMachineArn: arn });
  try {
    const { definition } = await call(action, resource, () => client.send(command));
    return readDefinition(required(definition, action, resource));
  } catch (error) {
    if (isGone(error, GONE)) return undefined;
    throw error;
  }
}
