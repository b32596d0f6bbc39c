import { ECRClient } from "@aws-sdk/client-ecr";
import type { AwsCredentialIdentity, Pluggable } from "@smithy/types";

import type { Environment } from "../environment.ts";
import { type Answers, requireAnswers } from "./answers.ts";
import { AwsClock } from "./clock.ts";
import { readCredentials } from "./credentials.ts";
import { pacing } from "./pace.ts";
import { createAgent } from "./proxy.ts";
import { readRegion, regionOf, requireHost } from "./region.ts";
import { PatientRetryStrategy } from "./retries.ts";

/** How many calls of one kind are queued at the same time. The pace of their client limits how many run. */
export const CONCURRENT_CALLS = 50;

const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 20_000;

/** How one service is called. */
export interface Service<Client> {
  readonly Client: new (settings: any) => Client;
  /**
   * How many calls run at the same time: enough, at some 50 ms a call, for the rate that AWS publishes. Fewer where calls that are
   * throttled together would all wait before they are repeated.
   */
  readonly concurrency: number;
  /** The lowest rate that AWS publishes for any of its calls, if that is below 15 calls a second. */
  readonly minCallsPerSecond?: number;
  readonly answers: Answers;
}

/** AWS in one Region, with the credentials of the environment. */
export interface Aws {
  readonly region: string;
  /** Where the credentials come from, for people to read. */
  readonly credentials: string;
  /** The credentials themselves, renewed before they expire. */
  readonly identity: () => Promise<AwsCredentialIdentity>;
  readonly clock: AwsClock;
  /** Whether there is time for another call. */
  readonly hasTime: () => boolean;
  /**
   * The client of a service, the same one for the same service. Each client has a pace, a time limit and retries of its
   * own, so that one throttled service does not slow down the others.
   */
  readonly client: <Client extends AnyClient>(service: Service<Client>) => Client;
}

export interface AnyClient {
  readonly middlewareStack: { readonly use: (plugin: Pluggable<any, any>) => void };
}

/** How the clients behave. */
export interface AwsOptions {
  /** How many calls of each service run at the same time; by default what fits the service. */
  readonly concurrency?: number | undefined;
  /** Whether there is time for another call. */
  readonly hasTime: () => boolean;
  /** Names the Region and the profile; where it does not, the SDK finds them. */
  readonly env?: Environment;
  /** Whether a host name that does not resolve is an error before the first call. Without it, a person waits for all retries. */
  readonly isHostRequired?: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Finds Region and credentials. Throws ConfigError if the environment has none, or wrong ones. */
export async function connectAws(options: AwsOptions): Promise<Aws> {
  const { concurrency, env = {}, hasTime, isHostRequired = false, now } = options;
  const named = regionOf(env);
  const finder = new ECRClient(named === undefined ? {} : { region: named.region });
  const region = await readRegion(finder, env);
  const provider = credentialsOf(finder);
  const credentials = await readCredentials(provider, env);
  if (isHostRequired) await requireHost(finder, region);

  const clock = new AwsClock(now);
  const clients = new Map<unknown, unknown>();
  const create = <Client extends AnyClient>(service: Service<Client>): Client => {
    const client = new service.Client({
      region,
      credentials: provider,
      ...connection(),
      retryStrategy: new PatientRetryStrategy(service.minCallsPerSecond),
    });
    client.middlewareStack.use(
      pacing({ concurrency: concurrency ?? service.concurrency, hasTime }),
    );
    client.middlewareStack.use(requireAnswers(service.answers, clock));
    return client;
  };
  return {
    region,
    credentials,
    identity: provider,
    clock,
    hasTime,
    client: <Client extends AnyClient>(service: Service<Client>) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the class that made it is its key
      const client = (clients.get(service.Client) as Client | undefined) ?? create(service);
      clients.set(service.Client, client);
      return client;
    },
  };
}

function connection() {
  const httpsAgent = createAgent();
  return {
    requestHandler: {
      ...(httpsAgent && { httpsAgent }),
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      // The request's time ends with the answer's head: its body could stall for ever.
      socketTimeout: REQUEST_TIMEOUT_MS,
    },
  };
}

/** Finds credentials as the SDK does, but by calls that go through the proxy: a role or SSO gives them by a call. */
function credentialsOf({ config }: ECRClient) {
  return config.credentialDefaultProvider({
    parentClientConfig: config,
    clientConfig: connection(),
  });
}
