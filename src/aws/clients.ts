import { AppRunnerClient } from "@aws-sdk/client-apprunner";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { SSMClient } from "@aws-sdk/client-ssm";
import { AdaptiveRetryStrategy, DefaultRateLimiter } from "@smithy/util-retry";

import { ConfigError, asError } from "../errors.ts";
import { pacing } from "./pace.ts";

/** The AWS services that a run talks to, all in one Region. */
export interface AwsClients {
  readonly region: string;
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  readonly lambda: LambdaClient;
  readonly appRunner: AppRunnerClient;
  readonly ssm: SSMClient;
  readonly tagging: ResourceGroupsTaggingAPIClient;
}

/** How many calls of one kind are asked for at once; how many are made at once is up to the pace of their service. */
export const CONCURRENT_CALLS = 50;

/**
 * Calls under way at once. With some 50 ms a call, so many reach the steady rates that AWS publishes (ECS 20 a second for
 * each group of calls, Lambda 100 for GetFunction and 15 for the rest, SSM 40) and what ECR, which publishes none, may
 * grant. ECS has few: those that are throttled together all wait before they are repeated.
 */
const DEFAULT_CONCURRENCY = { ecr: 20, ecs: 6, lambda: 10, appRunner: 5, ssm: 2, tagging: 2 };

/** Attempts a call, the first one included, before a throttled or broken service counts as failed. */
const MAX_ATTEMPTS = 10;
/**
 * What the retry strategy never goes below after throttled answers; its default, one call in two seconds, takes it seconds
 * to get away from. No rate that AWS publishes for what this program calls is lower than this.
 */
const MIN_CALLS_PER_SECOND = 15;
const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** How the clients are to behave. */
export interface ClientOptions {
  /** Calls under way at once, the same for each service; by default what fits the service. */
  readonly concurrency?: number;
  /** Whether there is time for another call. */
  readonly hasTime: () => boolean;
  /** By default the Region that the SDK finds. */
  readonly region?: string | undefined;
}

/**
 * Creates one client per service, each with its own pace and its own adaptive retry strategy, so that one throttled
 * service does not slow down the others; throws ConfigError if the environment has no Region or no credentials.
 */
export async function createAwsClients(options: ClientOptions): Promise<AwsClients> {
  const { concurrency, hasTime } = options;
  const ecr = new ECRClient({
    ...clientSettings(),
    ...(options.region && { region: options.region }),
  });
  const region = await regionOf(ecr);
  await requireCredentials(ecr);

  const shared = () => ({ ...clientSettings(), region, credentials: ecr.config.credentials });
  const ecs = new ECSClient(shared());
  const lambda = new LambdaClient(shared());
  const appRunner = new AppRunnerClient(shared());
  const ssm = new SSMClient(shared());
  const tagging = new ResourceGroupsTaggingAPIClient(shared());

  const paceOf = (service: keyof typeof DEFAULT_CONCURRENCY) => ({
    concurrency: concurrency ?? DEFAULT_CONCURRENCY[service],
    hasTime,
  });
  ecr.middlewareStack.use(pacing(paceOf("ecr")));
  ecs.middlewareStack.use(pacing(paceOf("ecs")));
  lambda.middlewareStack.use(pacing(paceOf("lambda")));
  appRunner.middlewareStack.use(pacing(paceOf("appRunner")));
  ssm.middlewareStack.use(pacing(paceOf("ssm")));
  tagging.middlewareStack.use(pacing(paceOf("tagging")));
  return { region, ecr, ecs, lambda, appRunner, ssm, tagging };
}

function clientSettings() {
  return {
    retryStrategy: new AdaptiveRetryStrategy(MAX_ATTEMPTS, {
      rateLimiter: new DefaultRateLimiter({ minFillRate: MIN_CALLS_PER_SECOND }),
    }),
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      // The request's time ends with the answer's head: its body could stall for ever.
      socketTimeout: REQUEST_TIMEOUT_MS,
    },
  };
}

async function regionOf(ecr: ECRClient): Promise<string> {
  try {
    return await ecr.config.region();
  } catch (cause) {
    throw new ConfigError(
      "No AWS Region is set: set AWS_REGION, or a region in the AWS profile in use.",
      { cause },
    );
  }
}

async function requireCredentials(ecr: ECRClient): Promise<void> {
  try {
    await ecr.config.credentials();
  } catch (cause) {
    throw new ConfigError(
      `No AWS credentials were found: set AWS_PROFILE, or sign in (${asError(cause).message}).`,
      { cause },
    );
  }
}
