import {
  DescribePipeCommand,
  type Pipe,
  PipesClient,
  paginateListPipes,
} from "@aws-sdk/client-pipes";
import pMap from "p-map";

import { call, collect, isGone, required } from "../../aws/calls.ts";
import { CONCURRENT_CALLS, type Service } from "../../aws/clients.ts";
import { findReferencesIn } from "../../registry/text.ts";
import { whereAvailable } from "./availability.ts";
import type { Report, Source } from "./source.ts";
import { isCluster, reportTaskStart } from "./task-starts.ts";

const PIPES = {
  Client: PipesClient,
  answers: { "pipes:DescribePipe": ["Target"], "pipes:ListPipes": ["Pipes"] },
} satisfies Service<PipesClient>;

/** The largest page of ListPipes (API limit). */
const PAGE_SIZE = 100;

/** Reports what EventBridge Pipes starts ECS tasks from. */
export const source: Source = {
  id: "pipes",
  title: "EventBridge Pipes",
  evidence: [
    "the task definitions that pipes start tasks from, stopped pipes included",
    "every ECR reference in such a target",
  ],
  blindSpots: [],
  statements: [
    {
      Sid: "ReadEventBridgePipes",
      Action: Object.keys(PIPES.answers),
      purpose: "the ECS tasks that EventBridge Pipes starts",
    },
  ],
  read: async (scope, report) =>
    whereAvailable(async () => {
      const client = scope.client(PIPES);
      await pMap(await listPipes(client), async (pipe) => readPipe(client, pipe, report), {
        concurrency: CONCURRENT_CALLS,
      });
    }),
};

/**
 * Lists the pipes that start tasks. ListPipes can select by the beginning of the target's ARN, but that differs between
 * partitions: with a wrong one, it would answer an empty list.
 */
async function listPipes(client: PipesClient): Promise<Pipe[]> {
  return collect(
    {
      action: "pipes:ListPipes",
      resource: "the account's pipes",
      paginator: paginateListPipes({ client, pageSize: PAGE_SIZE }, {}),
    },
    (page) => page.Pipes?.filter(({ Target }) => Target === undefined || isCluster(Target)),
  );
}

async function readPipe(client: PipesClient, { Name, Arn }: Pipe, report: Report): Promise<void> {
  const action = "pipes:DescribePipe";
  const place = `EventBridge pipe ${Name}`;
  try {
    const { Target, TargetParameters } = await call(action, place, () =>
      client.send(new DescribePipeCommand({ Name })),
    );
    if (!isCluster(Target)) return;
    for (const image of findReferencesIn(TargetParameters ?? {})) report.image(image, place);
    const name = TargetParameters?.EcsTaskParameters?.TaskDefinitionArn;
    reportTaskStart(report, required(name, action, place), { arn: Arn ?? "", place });
  } catch (error) {
    if (!isGone(error, "NotFoundException")) throw error;
  }
}
