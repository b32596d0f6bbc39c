import {
  DescribeStateMachineCommand,
  ListStateMachineVersionsCommand,
  SFNClient,
  paginateListStateMachines,
} from "@aws-sdk/client-sfn";
import pMap from "p-map";

import { call, collect, pagesBy, isGone, required } from "../../../aws/calls.ts";
import { CONCURRENT_CALLS, type Service } from "../../../aws/clients.ts";
import { whereAvailable } from "../availability.ts";
import { nameInArn } from "../place.ts";
import type { Report, Source } from "../source.ts";
import { reportTaskStart } from "../task-starts.ts";
import { type TaskStart, readDefinition } from "./definition.ts";

const STEP_FUNCTIONS = {
  Client: SFNClient,
  concurrency: 2,
  // ListStateMachineVersions, after a burst.
  minCallsPerSecond: 1,
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
      const readAll = async (arns: readonly string[]) =>
        pMap(arns, async (arn) => readStateMachine(client, arn, report), {
          concurrency: CONCURRENT_CALLS,
        });
      // Versions have the lowest rate, and a client that is throttled once is slow with all further calls.
      const machines = await listStateMachines(client);
      await readAll(machines);
      const versions = await pMap(machines, async (arn) => listVersions(client, arn), {
        concurrency: CONCURRENT_CALLS,
      });
      await readAll(versions.flat());
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

async function listVersions(client: SFNClient, stateMachineArn: string): Promise<string[]> {
  const input = { stateMachineArn, maxResults: PAGE_SIZE };
  return collect(
    {
      action: "states:ListStateMachineVersions",
      resource: `state machine ${stateMachineArn}`,
      paginator: pagesBy(async (nextToken) =>
        client.send(new ListStateMachineVersionsCommand({ ...input, nextToken })),
      ),
    },
    (page) =>
      page.stateMachineVersions?.map(({ stateMachineVersionArn }) => stateMachineVersionArn ?? ""),
    GONE,
  );
}

/** @param arn that of a state machine, or of one of its versions */
async function readStateMachine(client: SFNClient, arn: string, report: Report): Promise<void> {
  const place = `Step Functions state machine ${nameInArn(arn)}`;
  const definition = await definitionOf(client, arn).catch((error: unknown) => {
    if (!isGone(error, KEY_UNUSABLE)) throw error;
    report.blindSpot(`${place} is encrypted with a KMS key that is disabled or gone`);
  });
  if (definition === undefined) return;
  const { images, taskStarts, isReadable } = readDefinition(definition);
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

async function definitionOf(client: SFNClient, arn: string): Promise<string | undefined> {
  const action = "states:DescribeStateMachine";
  const resource = `state machine ${arn}`;
  const command = new DescribeStateMachineCommand({ stateMachineArn: arn });
  try {
    const { definition } = await call(action, resource, () => client.send(command));
    return required(definition, action, resource);
  } catch (error) {
    if (isGone(error, GONE)) return undefined;
    throw error;
  }
}
