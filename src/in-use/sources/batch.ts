import {
  BatchClient,
  DescribeJobQueuesCommand,
  DescribeJobsCommand,
  type EcsProperties,
  type EcsPropertiesDetail,
  type EksProperties,
  type EksPropertiesDetail,
  type JobDefinition,
  type JobDetail,
  type JobStatus,
  type NodeProperties,
  paginateDescribeJobDefinitions,
  paginateDescribeJobQueues,
  paginateListJobs,
} from "@aws-sdk/client-batch";
import pMap from "p-map";

import { AwsCallError, call, chunks, collect, isGone, required } from "../../aws/calls.ts";
import { CONCURRENT_CALLS, type Service } from "../../aws/clients.ts";
import { findReferencesIn } from "../../registry/text.ts";
import { whereAvailable } from "./availability.ts";
import type { Report, Source } from "./source.ts";

const BATCH = {
  Client: BatchClient,
  limits: [
    {
      burst: 50,
      perSecond: 50,
      actions: [
        "batch:DescribeJobDefinitions",
        "batch:DescribeJobQueues",
        "batch:DescribeJobs",
        "batch:ListJobs",
      ],
    },
  ],
  answers: {
    "batch:DescribeJobDefinitions": ["jobDefinitions"],
    "batch:DescribeJobQueues": ["jobQueues"],
    "batch:DescribeJobs": ["jobs"],
    "batch:ListJobs": ["jobSummaryList"],
  },
} satisfies Service<BatchClient>;

/** The largest page of DescribeJobDefinitions and DescribeJobQueues, and the most jobs that one DescribeJobs call takes (API limits). */
const PAGE_SIZE = 100;
/** The largest page of ListJobs (API limit). */
const JOBS_PAGE_SIZE = 1000;
/** How often jobs are listed, if Batch does not describe all of them, before that is an error. */
const MAX_READINGS = 2;
/**
 * The statuses of jobs that are not finished, in the order in which a job has them, so that a job which moves on is listed
 * in the next one. A job that is retried becomes RUNNABLE again.
 */
const STATUSES: readonly JobStatus[] = [
  "SUBMITTED",
  "PENDING",
  "RUNNABLE",
  "STARTING",
  "RUNNING",
  "RUNNABLE",
];

/** Reports the images of job definitions, and those of jobs whose definition is no longer ACTIVE. */
export const source: Source = {
  id: "batch",
  title: "AWS Batch",
  evidence: [
    "every container, init containers included, of every ACTIVE job definition and of every job that is not finished",
    "ECR references in their environment values, commands and parameters",
  ],
  blindSpots: [
    "SageMaker training jobs that still wait in an AWS Batch queue",
    "AWS Batch job definitions that are no longer ACTIVE, unless a job that is not finished comes from them",
  ],
  statements: [
    {
      Sid: "ReadBatchJobs",
      Action: Object.keys(BATCH.answers),
      purpose: "the images of AWS Batch job definitions and jobs",
    },
  ],
  read: async (scope, report) =>
    whereAvailable(async () => {
      const batch = scope.client(BATCH);
      // Jobs come after definitions: what is submitted in between is seen in one or the other.
      await readJobDefinitions(batch, report);
      await readJobs(batch, report);
    }),
};

/** What evidence needs of a definition or a job, of a description of several KB. */
interface Use {
  readonly place: string;
  readonly images: readonly string[];
}

async function readJobDefinitions(batch: BatchClient, report: Report): Promise<void> {
  const action = "batch:DescribeJobDefinitions";
  const definitions = await collect(
    {
      action,
      resource: "the account's AWS Batch job definitions",
      paginator: paginateDescribeJobDefinitions(
        { client: batch, pageSize: PAGE_SIZE },
        { status: "ACTIVE" },
      ),
    },
    (page) => page.jobDefinitions?.map((definition) => toUse(action, definition)),
  );
  reportAll(definitions, report);
}

/**
 * Reads the jobs that are not finished. Batch leaves a job that it does not know out of its answer, without a word: then
 * the jobs are listed again, without the one that is gone.
 */
async function readJobs(batch: BatchClient, report: Report): Promise<void> {
  for (let reading = 1; ; reading += 1) {
    const ids = await listUnfinishedJobs(batch);
    const described = await pMap(chunks(ids, PAGE_SIZE), async (chunk) => describe(batch, chunk), {
      concurrency: CONCURRENT_CALLS,
    });
    const jobs = new Map(described.flat());
    reportAll(jobs.values(), report);
    const missing = ids.filter((id) => !jobs.has(id));
    if (missing.length === 0) return;
    if (reading < MAX_READINGS) continue;
    const cause = new Error(`AWS Batch described ${jobs.size} of ${ids.length}`);
    throw new AwsCallError("batch:DescribeJobs", `AWS Batch jobs ${missing.join(", ")}`, cause);
  }
}

async function describe(batch: BatchClient, ids: string[]): Promise<[string, Use][]> {
  const action = "batch:DescribeJobs";
  const command = new DescribeJobsCommand({ jobs: ids });
  const { jobs } = await call(action, "AWS Batch jobs", () => batch.send(command));
  return required(jobs, action, "AWS Batch jobs").map((job) => [
    job.jobId ?? "",
    toUse(action, job),
  ]);
}

/** The ids of the jobs of all queues that are not finished. */
async function listUnfinishedJobs(batch: BatchClient): Promise<string[]> {
  const listed = await pMap(await listQueues(batch), async (queue) => listJobs(batch, queue), {
    concurrency: CONCURRENT_CALLS,
  });
  return [...new Set(listed.flat())];
}

/** Queues of service jobs have no jobs of their own. */
async function listQueues(batch: BatchClient): Promise<string[]> {
  return collect(
    {
      action: "batch:DescribeJobQueues",
      resource: "the account's AWS Batch job queues",
      paginator: paginateDescribeJobQueues({ client: batch, pageSize: PAGE_SIZE }, {}),
    },
    (page) =>
      page.jobQueues
        ?.filter(({ jobQueueType }) => jobQueueType !== "SAGEMAKER_TRAINING")
        .map(({ jobQueueArn }) => jobQueueArn ?? ""),
  );
}

/** A queue that is gone has no jobs. */
async function listJobs(batch: BatchClient, jobQueue: string): Promise<string[]> {
  const ids: string[] = [];
  try {
    for (const jobStatus of STATUSES) {
      const listed = await collect(
        {
          action: "batch:ListJobs",
          resource: `AWS Batch job queue ${jobQueue}`,
          paginator: paginateListJobs(
            { client: batch, pageSize: JOBS_PAGE_SIZE },
            { jobQueue, jobStatus },
          ),
        },
        (page) => page.jobSummaryList?.map(({ jobId }) => jobId ?? ""),
      );
      for (const id of listed) ids.push(id);
    }
    return ids;
  } catch (error) {
    // Batch answers many things with ClientException.
    if (isGone(error, "ClientException") && !(await hasQueue(batch, jobQueue))) return ids;
    throw error;
  }
}

async function hasQueue(batch: BatchClient, arn: string): Promise<boolean> {
  const action = "batch:DescribeJobQueues";
  const command = new DescribeJobQueuesCommand({ jobQueues: [arn] });
  const { jobQueues } = await call(action, arn, () => batch.send(command));
  return required(jobQueues, action, arn).some(({ status }) => status !== "DELETED");
}

/** Throws AwsCallError if a description names no image at all. */
function toUse(action: string, description: JobDefinition | JobDetail): Use {
  const place = placeOf(description);
  const images = imagesOf(description).filter((image) => image !== undefined);
  required(images[0], action, place);
  return { place, images: [...new Set([...images, ...findReferencesIn(description)])] };
}

function placeOf(description: JobDefinition | JobDetail): string {
  return "jobId" in description
    ? `AWS Batch job ${description.jobName} (${description.jobId})`
    : `AWS Batch job definition ${description.jobDefinitionName}:${description.revision}`;
}

/** What names containers: a definition, a job, or a range of nodes of either. */
interface Properties {
  readonly containerProperties?: { readonly image?: string | undefined } | undefined;
  readonly container?: { readonly image?: string | undefined } | undefined;
  readonly ecsProperties?: EcsProperties | EcsPropertiesDetail | undefined;
  readonly eksProperties?: EksProperties | EksPropertiesDetail | undefined;
  readonly nodeProperties?: NodeProperties | undefined;
}

/** The image of each container. */
function imagesOf(properties: Properties): (string | undefined)[] {
  const { containerProperties, container, ecsProperties, eksProperties } = properties;
  const { containers = [], initContainers = [] } = eksProperties?.podProperties ?? {};
  const ofTasks = ecsProperties?.taskProperties?.flatMap((task) => task.containers ?? []) ?? [];
  const images = [containerProperties, container, ...ofTasks, ...containers, ...initContainers].map(
    (each) => each?.image,
  );
  // A job of several nodes has properties for each range of nodes.
  const ranges = properties.nodeProperties?.nodeRangeProperties ?? [];
  return [...images, ...ranges.flatMap(imagesOf)];
}

function reportAll(uses: Iterable<Use>, report: Report): void {
  for (const { place, images } of uses) {
    for (const image of images) report.image(image, place);
  }
}
