import pMap from "p-map";

import { CONCURRENT_CALLS } from "../../../aws/clients.ts";
import { nameInArn } from "../place.ts";
import type { Report, Source } from "../source.ts";
import { listClusters } from "./clusters.ts";
import { revisionsOfDeployments } from "./deployments.ts";
import { readExpressService } from "./express.ts";
import { listNewestRevisions, reportNewestRevisions } from "./newest-revisions.ts";
import { ECS, FURTHER_CALLS, SERVICE_CALLS } from "./service.ts";
import { CurrentRevisions, readServiceRevisions } from "./service-revisions.ts";
import { type ServiceUse, describeServices } from "./services.ts";
import { readTasks } from "./tasks.ts";

/** Reports every image that ECS runs or starts: by services, their deployments and task sets, by tasks, and by family. */
export const source: Source = {
  id: "ecs",
  title: "ECS",
  evidence: [
    "every container of the task definitions of all services, their deployments and their task sets",
    "the image and the digest of every container of every running or pending task, in services or not",
    "the digests that current service revisions pin, and those that a deployment in progress comes from, goes to or rolls back to",
    "Express services",
    "the newest `KEEP_TASK_DEFINITIONS` ACTIVE revisions of every task definition family, which people, CI and schedulers start by name",
    "ECR references in environment values of all these task definitions",
  ],
  blindSpots: [],
  statements: [
    {
      Sid: "ReadEcsServices",
      Action: Object.keys(SERVICE_CALLS),
      purpose: "ECS services, and which task definitions they name",
      isOriginal: true,
    },
    {
      Sid: "ReadEcsTasksAndRevisions",
      Action: Object.keys(FURTHER_CALLS),
      purpose:
        "the images and digests of running tasks, the digests that services pin and roll back to, and the newest revisions of task definition families",
    },
  ],
  read: async (scope, report) => {
    const ecs = scope.client(ECS);
    // Families come before services, and services before tasks: what starts in between is seen in one or the other.
    const newest = scope.depth === "full" ? await listNewestRevisions(ecs, scope) : [];
    const clusters = await listClusters(scope);
    const current = new CurrentRevisions(ecs, report);
    const express: string[] = [];
    const deployments: string[] = [];
    const onDescribed = (services: readonly ServiceUse[]) => {
      report.progress("services", services.length);
      for (const service of services) reportService(service, report);
      if (scope.depth === "original") return;
      current.add(services.flatMap(({ revisions }) => revisions));
      deployments.push(...services.flatMap(({ deployment }) => deployment ?? []));
      express.push(...services.filter(({ isExpress }) => isExpress).map(({ arn }) => arn));
    };
    const readServices = async (cluster: string) => describeServices(ecs, cluster, onDescribed);
    await pMap(clusters, readServices, { concurrency: CONCURRENT_CALLS });
    if (scope.depth === "original") return "complete";

    const readOne = async (cluster: string) => readTasks(ecs, cluster, report);
    await pMap(clusters, readOne, { concurrency: CONCURRENT_CALLS });
    const readExpress = async (arn: string) => readExpressService(ecs, arn, report);
    await pMap(express, readExpress, { concurrency: CONCURRENT_CALLS });
    await current.finish();
    const ofDeployments = new Set(await revisionsOfDeployments(ecs, deployments));
    const others = [...ofDeployments].filter((arn) => !current.has(arn));
    // CI can have deleted the task definition that a deployment comes from.
    await readServiceRevisions(ecs, others, report, { mayBeGone: true });
    reportNewestRevisions(newest, report);
    return "complete";
  },
};

function reportService({ arn, taskDefinitions }: ServiceUse, report: Report): void {
  for (const name of taskDefinitions) report.taskDefinition(name, `ECS service ${nameInArn(arn)}`);
}
