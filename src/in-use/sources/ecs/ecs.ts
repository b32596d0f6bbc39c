import { ECSClient, paginateListClusters } from "@aws-sdk/client-ecs";
import pMap from "p-map";

import { collect } from "../../../aws/calls.ts";
import { CONCURRENT_CALLS, type Service } from "../../../aws/clients.ts";
import type { Source } from "../source.ts";
import { readServiceRevisions } from "./service-revisions.ts";
import { describeServices } from "./services.ts";
import { readTasks } from "./tasks.ts";

/** The original's calls. Task definitions have a statement of their own. */
const ORIGINAL = {
  "ecs:DescribeServices": ["services|failures"],
  "ecs:ListClusters": ["clusterArns"],
  "ecs:ListServices": ["serviceArns"],
};
/** What running tasks and pinned digests take beyond them. */
const FURTHER = {
  "ecs:DescribeServiceRevisions": ["serviceRevisions|failures"],
  "ecs:DescribeTasks": ["tasks|failures"],
  "ecs:ListTasks": ["taskArns"],
};

export const ECS = {
  Client: ECSClient,
  // ECS throttles several calls together: with more at once, all of them would wait for the slowest.
  concurrency: 6,
  answers: {
    ...ORIGINAL,
    ...FURTHER,
    "ecs:DescribeTaskDefinition": ["taskDefinition.containerDefinitions"],
  },
} satisfies Service<ECSClient>;

/** The largest page of ListClusters (API limit). */
const PAGE_SIZE = 100;

/** Reports every image that ECS runs, or starts on its own: by services, their deployments and task sets, and by tasks. */
export const source: Source = {
  id: "ecs",
  title: "ECS",
  evidence:
    "every container of the task definitions of all services, their deployments and their task sets; the image and the digest of every container of every running or pending task, in services or not; the digests that current service revisions pin",
  blindSpots: [
    "ECS task definitions that only a person or a program of your own starts tasks from, while no task runs",
    "images of ECS Express services and managed daemons that no service, task or revision shows",
    "revisions of an ECS service that are no longer current, unless a deployment, a task or a tag in a task definition refers to them: deploy with a tag of its own for each version, and a rollback finds its image",
  ],
  statements: [
    {
      Sid: "ReadEcsServices",
      Action: Object.keys(ORIGINAL),
      purpose: "ECS services, and which task definitions they name",
      isOriginal: true,
    },
    {
      Sid: "ReadEcsTasksAndRevisions",
      Action: Object.keys(FURTHER),
      purpose: "the images and digests of running tasks, and the digests that services pin",
    },
  ],
  read: async (scope, report) => {
    const ecs = scope.client(ECS);
    const revisions = new Set<string>();
    const readServices = async (cluster: string) => {
      for (const service of await describeServices(ecs, cluster)) {
        const place = `ECS service ${service.arn}`;
        for (const arn of service.taskDefinitions) report.taskDefinition(arn, place);
        for (const arn of service.revisions) revisions.add(arn);
      }
    };

    // Tasks come after services: what a service starts in between is seen in one or the other.
    const clusters = await listClusters(ecs);
    await pMap(clusters, readServices, { concurrency: CONCURRENT_CALLS });
    if (scope.depth === "full") {
      const readOne = async (cluster: string) => readTasks(ecs, cluster, report);
      await pMap(clusters, readOne, { concurrency: CONCURRENT_CALLS });
      await readServiceRevisions(ecs, [...revisions], report);
    }
    return "complete";
  },
};

async function listClusters(ecs: ECSClient): Promise<string[]> {
  return collect(
    {
      action: "ecs:ListClusters",
      resource: "the account's ECS clusters",
      paginator: paginateListClusters({ client: ecs, pageSize: PAGE_SIZE }, {}),
    },
    (page) => page.clusterArns,
  );
}
