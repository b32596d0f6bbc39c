import { type AgentOptions, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";

import { ECRClient } from "@aws-sdk/client-ecr";
import type { AwsCredentialIdentity, Pluggable } from "@smithy/types";

import type { Environment } from "../environment.ts";
import { type Answers, requireAnswers } from "./answers.ts";
import { AwsClock } from "./clock.ts";
import { readCredentials } from "./credentials.ts";
import { type GroupLimit, pacing } from "./pace.ts";
import { createAgent } from "./proxy.ts";
import { readRegion, regionOf, requireHost } from "./region.ts";
import { PatientRetryStrategy } from "./retries.ts";

/** How many calls of one kind are queued at the same time. The pace of their client limits how many run. */
export const CONCURRENT_CALLS = 50;

/** How many calls of one service run at the same time. At 50 ms a call, they use up a burst of 100 in a quarter of a second. */
const CONCURRENCY = 20;

const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 20_000;
/** The pace of each client limits its connections. */
const KEPT_OPEN = { keepAlive: true };
/** A function can open 1,024 files, and all Regions together have hundreds of hosts: each keeps few idle connections. */
const FEW_KEPT_OPEN = { keepAlive: true, maxFreeSockets: 2 };

/** How one service is called. */
export interface Service<Client> {
  readonly Client: new (settings: any) => Client;
  /** The rates that AWS publishes. */
  readonly limits?: readonly GroupLimit[];
  readonly answers: Answers;
  /** Whether it is called at the very end of a run too, when there is no time for other calls. */
  readonly usesReserve?: true;
}

/** Gives the credentials of an account, renewed where need be. */
export type Identity = () => Promise<AwsCredentialIdentity>;

/** The services of one account in one Region. */
export interface Clients {
  readonly region: string;
  /** The credentials, for calls that no SDK client makes. */
  readonly identity: Identity;
  /** Whether there is time for another call. The SDK clients ask by themselves. */
  readonly hasTime: () => boolean;
  /**
   * The client of a service, the same one for the same service. Each client has a pace, a time limit and retries of its
   * own, so that one throttled service does not slow down the others.
   */
  readonly client: <Client extends AnyClient>(service: Service<Client>) => Client;
}

/** AWS in one Region, with the credentials of the environment. */
export interface Aws extends Clients {
  /** Where the credentials come from, for people to read. */
  readonly credentials: string;
  readonly clock: AwsClock;
  /** The services of another account, another Region, or both. */
  readonly elsewhere: (region: string, identity: Identity) => Clients;
}

export interface AnyClient {
  readonly middlewareStack: { readonly use: (plugin: Pluggable<any, any>) => void };
}

/** How the clients behave. */
export interface AwsOptions {
  /** How many calls of each service run at the same time, if not the usual number. */
  readonly concurrency?: number | undefined;
  /** The part of the rates that AWS publishes which the program may use, from 0 to 1. */
  readonly share?: number | undefined;
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
  const { env = {}, isHostRequired = false, now } = options;
  const named = regionOf(env);
  const finder = new ECRClient(named === undefined ? {} : { region: named.region });
  const region = await readRegion(finder, env);
  const connections = connection(KEPT_OPEN);
  const identity = credentialsOf(finder, connections);
  const credentials = await readCredentials(identity, env);
  if (isHostRequired) await requireHost(finder, region);

  const shared = { ...options, clock: new AwsClock(now), hosts: new Set<string>() };
  const others = connection(FEW_KEPT_OPEN);
  return {
    ...createClients({ region, identity }, connections, shared),
    credentials,
    clock: shared.clock,
    elsewhere: (otherRegion, otherIdentity) =>
      createClients({ region: otherRegion, identity: otherIdentity }, others, shared),
  };
}

/** What the clients of all places share. */
interface Shared extends AwsOptions {
  readonly clock: AwsClock;
  /** The names of the hosts that have answered. */
  readonly hosts: Set<string>;
}

function createClients(
  place: Pick<Clients, "region" | "identity">,
  requestHandler: ReturnType<typeof connection>,
  { concurrency = CONCURRENCY, share, hasTime, clock, hosts }: Shared,
): Clients {
  const clients = new Map<unknown, unknown>();
  const create = <Client extends AnyClient>(service: Service<Client>): Client => {
    const client = new service.Client({
      region: place.region,
      credentials: place.identity,
      requestHandler,
      retryStrategy: new PatientRetryStrategy(),
    });
    const { limits = [], usesReserve } = service;
    const mayCall = usesReserve === true ? () => true : hasTime;
    client.middlewareStack.use(pacing({ concurrency, limits, share, hasTime: mayCall }));
    client.middlewareStack.use(requireAnswers(service.answers, clock, hosts));
    return client;
  };
  return {
    ...place,
    hasTime,
    client: <Client extends AnyClient>(service: Service<Client>) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the class that made it is its key
      const client = (clients.get(service.Client) as Client | undefined) ?? create(service);
      clients.set(service.Client, client);
      return client;
    },
  };
}

/** How calls are made. Clients share their connections: the same host serves many accounts. */
function connection(agent: AgentOptions) {
  return {
    httpAgent: new HttpAgent(agent),
    httpsAgent: createAgent() ?? new HttpsAgent(agent),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
    // The request's time ends with the answer's head: its body could stall for ever.
    socketTimeout: REQUEST_TIMEOUT_MS,
  };
}

/** Finds credentials as the SDK does, but by calls that go through the proxy: a role or SSO gives them by a call. */
function credentialsOf(
  { config }: ECRClient,
  requestHandler: ReturnType<typeof connection>,
): Identity {
  return config.credentialDefaultProvider({
    parentClientConfig: config,
    clientConfig: { requestHandler },
  });
}
