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
import { restService } from "../service.ts";

interface BatchState {
  /** By `name:revision`. */
  readonly jobDefinitions: Map<string, SimulatedJobDefinition>;
  /** The jobs of each queue, by id. */
  readonly jobQueues: Map<string, Map<string, SimulatedJob>>;
}

interface SimulatedJobDefinition {
  readonly status?: "ACTIVE" | "INACTIVE";
  /** As Batch answers them: containerProperties, ecsProperties, eksProperties or nodeProperties. */
  readonly properties: Members;
}

interface SimulatedJob {
  readonly status: string;
  readonly jobDefinition?: string;
  /** As Batch answers them: container, ecsProperties, eksProperties or nodeProperties. */
  readonly properties: Members;
}

interface BatchParts {
  readonly jobDefinitions?: Record<string, SimulatedJobDefinition>;
  readonly jobQueues?: Record<string, Record<string, SimulatedJob>>;
}

function createBatchState({ jobDefinitions, jobQueues }: BatchParts): BatchState {
  return {
    jobDefinitions: mapOf(jobDefinitions, (definition) => definition),
    jobQueues: mapOf(jobQueues, (jobs) => mapOf(jobs, (job) => job)),
  };
}

const describeJobDefinitions: Operation<BatchState> = (account, input) => {
  const { jobDefinitions: asked, jobDefinitionName, status: askedStatus } = input;
  const ids = asked?.map(nameOf);
  const definitions = [...account.jobDefinitions]
    .filter(([id]) => ids?.includes(id) ?? true)
    .map(([id, definition]) => describeDefinition(account, id, definition))
    .filter(
      ({ jobDefinitionName: name, status }) =>
        name === (jobDefinitionName ?? name) && status === (askedStatus ?? status),
    );
  const { items, ...rest } = page(definitions, input, 100);
  return { jobDefinitions: items, ...rest };
};

function describeDefinition(place: Place, id: string, definition: SimulatedJobDefinition) {
  const { status = "ACTIVE", properties } = definition;
  const [jobDefinitionName = "", revision = "1"] = id.split(":");
  return {
    jobDefinitionName,
    jobDefinitionArn: arnOf(place, `job-definition/${id}`),
    revision: Number(revision),
    status,
    type: "nodeProperties" in properties ? "multinode" : "container",
    ...properties,
  };
}

const describeJobQueues: Operation<BatchState> = (account, input) => {
  const asked = input["jobQueues"]?.map(nameOf);
  const names = [...account.jobQueues.keys()].filter((name) => asked?.includes(name) ?? true);
  const { items, ...rest } = page(names, input, 100);
  const jobQueues = items.map((name) => ({
    jobQueueName: name,
    jobQueueArn: arnOf(account, `job-queue/${name}`),
    state: "ENABLED",
    status: "VALID",
    priority: 1,
    computeEnvironmentOrder: [],
  }));
  return { jobQueues, ...rest };
};

/** Lists the jobs of one queue in one status: RUNNING if none is given. */
const listJobs: Operation<BatchState> = (account, input) => {
  const { jobQueue, jobStatus = "RUNNING" } = input;
  const jobs = account.jobQueues.get(nameOf(jobQueue ?? ""));
  if (jobs === undefined) {
    throw new ServiceError("ClientException", `Job queue ${jobQueue} does not exist.`);
  }
  const found = [...jobs].filter(([, { status }]) => status === jobStatus);
  const { items, ...rest } = page(found, input, 1000);
  const jobSummaryList = items.map(([id, { status }]) => ({
    jobArn: arnOf(account, `job/${id}`),
    jobId: id,
    jobName: id,
    status,
  }));
  return { jobSummaryList, ...rest };
};

/** Describes the jobs that are still there. */
const describeJobs: Operation<BatchState> = (account, { jobs: asked = [] }) => {
  requireRange("the number of jobs", asked.length, 1, 100);
  const ids = new Set(asked.map(nameOf));
  const jobs = [...account.jobQueues].flatMap(([queue, jobs]) =>
    [...jobs]
      .filter(([id]) => ids.has(id))
      .map(([id, { status, jobDefinition = "job:1", properties }]) => ({
        jobArn: arnOf(account, `job/${id}`),
        jobId: id,
        jobName: id,
        jobQueue: arnOf(account, `job-queue/${queue}`),
        jobDefinition: arnOf(account, `job-definition/${jobDefinition}`),
        status,
        ...properties,
      })),
  );
  return { jobs };
};

function page<Item>(
  items: readonly Item[],
  { maxResults, nextToken }: Members,
  max: number,
): { items: Item[]; nextToken?: string } {
  requireRange("maxResults", maxResults ?? max, 1, max);
  return pageOf(items, nextToken, maxResults ?? max);
}

function arnOf({ region, id }: Place, resource: string): string {
  return `arn:aws:batch:${region}:${id}:${resource}`;
}

export const batch = restService({
  prefix: "batch",
  sdkId: "Batch",
  pageToken: "nextToken",
  createState: createBatchState,
  throttled: { code: "TooManyRequestsException", status: 429 },
  routes: {
    DescribeJobDefinitions: "POST /v1/describejobdefinitions",
    DescribeJobQueues: "POST /v1/describejobqueues",
    ListJobs: "POST /v1/listjobs",
    DescribeJobs: "POST /v1/describejobs",
  },
  operations: {
    DescribeJobDefinitions: describeJobDefinitions,
    DescribeJobQueues: describeJobQueues,
    ListJobs: listJobs,
    DescribeJobs: describeJobs,
  },
});
