import { AppRunnerClient } from "@aws-sdk/client-apprunner";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SSMClient } from "@aws-sdk/client-ssm";
import { AdaptiveRetryStrategy } from "@smithy/util-retry";

import { ConfigError, asError } from "../errors.ts";

/** The AWS services that a run talks to, all in one Region. */
export interface AwsClients {
  readonly region: string;
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  readonly lambda: LambdaClient;
  readonly appRunner: AppRunnerClient;
  readonly ssm: SSMClient;
}

/** How many calls of one kind are under way at once. */
export const CONCURRENT_CALLS = 10;

/** Attempts a call, the first one included, before a throttled or broken service counts as failed. */
const MAX_ATTEMPTS = 10;
const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Creates one client per service, each with its own adaptive retry strategy, so that one throttled service does
 * not slow down the others; throws ConfigError if the environment has no Region or no credentials.
 */
export async function createAwsClients(): Promise<AwsClients> {
  const ecr = new ECRClient(clientSettings());
  const region = await regionOf(ecr);
  await requireCredentials(ecr);

  const shared = () => ({ ...clientSettings(), region, credentials: ecr.config.credentials });
  return {
    region,
    ecr,
    ecs: new ECSClient(shared()),
    lambda: new LambdaClient(shared()),
    appRunner: new AppRunnerClient(shared()),
    ssm: new SSMClient(shared()),
  };
}

function clientSettings() {
  return {
    retryStrategy: new AdaptiveRetryStrategy(MAX_ATTEMPTS),
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
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
