import pMap from "p-map";

import { AwsCallError } from "../aws/calls.ts";
import type { Aws } from "../aws/clients.ts";
import { ECR } from "../ecr/ecr.ts";
import { tryToReadIndex } from "../ecr/manifests.ts";
import { requirePermission } from "../ecr/permission.ts";
import { type DeletionReplication, readDeletionReplication } from "../ecr/replication.ts";
import { type EnabledRepositories, listEnabledRepositories } from "../ecr/repositories.ts";
import { ConfigError, OutOfTimeError, ScanError, asError } from "../errors.ts";
import { type Evidence, InUseImages } from "../in-use/evidence.ts";
import { FreshEvidence } from "../in-use/freshness.ts";
import { Lists } from "../in-use/lists/lists.ts";
import { Scan } from "../in-use/scan.ts";
import { findScopes } from "../in-use/scopes/find-scopes.ts";
import type { Scopes } from "../in-use/scopes/scopes.ts";
import { loadSources } from "../in-use/sources/index.ts";
import type { Source } from "../in-use/sources/source.ts";
import { type Log, errorFields } from "../log.ts";
import type { Plan } from "../plan/plan.ts";
import { registryKey } from "../registry/keys.ts";
import type { KnownPullers } from "../registry/pullers.ts";
import type { Repository } from "../registry/repository.ts";
import type { Failure, RepositoryOutcome } from "../report/outcome.ts";
import { type Summary, summarize } from "../report/summary.ts";
import { Tally, toFailure } from "../report/tally.ts";
import type { Config } from "../settings/config.ts";
import type { Store } from "../store/store.ts";
import { DeletionBudget } from "./budget.ts";
import type { RunContext } from "./context.ts";
import { type RunMemory, openMemory } from "./memory.ts";
import type { Observer } from "./observer.ts";
import { ORIGINAL_EVIDENCE } from "./original-evidence.ts";
import { Registries, type Registry } from "./registries.ts";
import { RepositoryRun } from "./repository.ts";

/** A run's result: in numbers, and repository by repository. */
export interface RunResult {
  readonly summary: Summary;
  readonly outcomes: readonly RepositoryOutcome[];
  /** The account whose registry the run read; missing if no repository was listed. */
  readonly accountId: string | undefined;
}

/** What only the command line asks of a run. */
export interface Inspection {
  /** The plans that a person has confirmed, by repository: the run deletes nothing else. */
  readonly confirmed?: ReadonlyMap<string, Plan> | undefined;
  /**
   * Whether to plan repositories too that are named and not enabled. With one of them, the run is a dry run, whatever the
   * settings say.
   */
  readonly planNotEnabled?: boolean;
  /** The registries that the request names, `account/region`. Only the registry of the run may be among them. */
  readonly registries?: readonly string[];
  /** How many users of each reference are remembered, if not the usual number. */
  readonly usersPerReference?: number;
}

/** What a run works with. */
export interface RunRequest extends Inspection {
  readonly config: Config;
  readonly aws: Aws;
  /** What outlives the run, if anything does. */
  readonly store?: Store | undefined;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly observer: Observer;
}

/** How many repositories are processed at the same time. */
const CONCURRENT_REPOSITORIES = 20;
/** No further repository is listed while this many images are in memory. */
const IMAGES_AT_ONCE = 100_000;

/** What became of the run until now. */
interface Progress {
  /** The settings in force. */
  config: Config;
  /** The account whose registry is read; missing until a repository is known. */
  accountId?: string | undefined;
  /** Missing until the run knows which accounts and Regions it reads. */
  evidence?: FreshEvidence;
  /** Missing until the enabled repositories are known. */
  repositories?: readonly RepositoryRun[];
  readonly unreadable: RepositoryOutcome[];
  /** The ids of suspended, closed and never activated accounts. */
  passedOver: readonly string[];
  /** Missing without a store. */
  memory?: RunMemory | undefined;
}

/**
 * Makes one run: lists the images of enabled repositories, then reads all in-use evidence, then decides on each repository
 * and acts. Failures are in the summary's `failures`. A failed scan ends the run before any (further) deletion, and so
 * does the time limit. Throws ConfigError if the run cannot start.
 */
export async function run(request: RunRequest): Promise<RunResult> {
  const { config, log, now } = request;
  const startedAt = now();
  const progress: Progress = { config, unreadable: [], passedOver: [] };
  let failures: readonly Failure[] = [];
  let isOutOfTime = false;

  if (config.evidence === "original") log.warn(ORIGINAL_EVIDENCE, { evidence: config.evidence });
  try {
    await cleanAll(request, progress);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    isOutOfTime = error instanceof OutOfTimeError;
    failures = failuresOf(error, progress.evidence?.latest, log);
  }
  await progress.memory?.history.save();

  const { evidence, repositories, unreadable, memory } = progress;
  const outcomes = [...unreadable, ...(repositories ?? []).map((each) => each.finish())];
  const summary = summarize({
    config: progress.config,
    durationMs: now() - startedAt,
    isOutOfTime,
    evidence: evidence?.latest,
    passedOver: progress.passedOver,
    registry: repositories?.[0]?.registry,
    isCounted: repositories !== undefined,
    outcomes,
    failures,
    storeFailures: memory?.failures.map((error) => toFailure(error, null)) ?? [],
  });
  if (!summary.complete && failures.length === 0) {
    const { notReached } = summary.repositories;
    log.warn("The run ended early, the next run continues", { isOutOfTime, notReached });
  }
  const sorted = outcomes.toSorted((a, b) => (a.repository < b.repository ? -1 : 1));
  return { summary, outcomes: sorted, accountId: progress.accountId };
}

const OUT_OF_TIME =
  "The time limit was reached before all evidence of use was read, so nothing was deleted. Set the function's timeout to " +
  "900 s (Lambda's default is 3 s, and the last 30 s are a reserve; STORE adds 60 s to it, NOTIFY_TOPIC_ARN 10 s), give it more memory, leave out sources with " +
  "IN_USE_SOURCES or Regions with IN_USE_REGIONS if they use no image of this registry, or set KEEP_TASK_DEFINITIONS=0 if nothing starts ECS tasks by the name of their family";

/** Time that ends a run is a failure as long as the evidence is not complete: such a run never deletes anything. */
function failuresOf(error: unknown, evidence: Evidence | undefined, log: Log): Failure[] {
  const isOutOfTime = error instanceof OutOfTimeError;
  if (isOutOfTime && evidence !== undefined) return [];
  const causes: readonly unknown[] = isOutOfTime
    ? [new OutOfTimeError(OUT_OF_TIME)]
    : error instanceof ScanError
      ? error.errors
      : [error];
  for (const cause of causes) log.error("The run ended early", errorFields(cause));
  return causes.map((cause) => toFailure(cause, null));
}

/** Prepares the reading of everything that is in use. */
function createEvidence(
  { config, aws, log, now, observer, usersPerReference }: RunRequest,
  scopes: Scopes,
  sources: readonly Source[],
  progress: Progress,
): FreshEvidence {
  const { evidence: depth, keepTaskDefinitions } = config;
  const reading = {
    sources,
    depth: { depth, keepTaskDefinitions },
    log,
    observer,
    ...(progress.memory && { factMemory: progress.memory.factMemory }),
  };
  const addDigests = (images: InUseImages) => {
    for (const each of progress.repositories ?? []) each.addDigestsInUse(images);
  };
  const images = new InUseImages(usersPerReference);
  const lists = new Lists(config.lists, { clients: aws, log, now });
  return new FreshEvidence(new Scan(scopes, reading, lists), now, addDigests, images);
}

/** Throws what ends the whole run. */
async function cleanAll(request: RunRequest, progress: Progress): Promise<void> {
  const { aws, log, now, observer } = request;
  const sources = await loadSources(request.config.sources);
  const { region, credentials } = aws;
  observer.onStart?.({ region, credentials, sources: sources.map(({ title }) => title) });
  const listed = await listWanted(request);
  const { account, unreadable } = listed;
  progress.accountId = account;
  if (account !== undefined) log.append({ account });
  requireRegistry(request, account);
  aws.clock.requireRight();
  if (account !== undefined) observer.onAccount?.(account);
  const notEnabled = request.planNotEnabled === true ? listed.notEnabled : [];
  if (notEnabled.length > 0) progress.config = { ...request.config, dryRun: true };
  const { config } = progress;
  const repositories = [...listed.repositories, ...notEnabled];
  const ecr = aws.client(ECR);
  const scopes = await findScopes(aws, config.scopes, now);
  logInactive(scopes, log);
  progress.passedOver = scopes.inactive;
  const memory = await openMemory(request, account);
  progress.memory = memory;
  const evidence = createEvidence(request, scopes, sources, progress);
  progress.evidence = evidence;
  const registries = new Registries(ecr, scopes.places, pullersRead(scopes, account));
  const isFull = config.evidence === "full";
  const replication = isFull
    ? await readRegistry(request, repositories, registries.own, evidence)
    : undefined;
  if (account === undefined && replication?.account !== undefined) {
    observer.onAccount?.(replication.account);
  }
  const context: RunContext = {
    config,
    ecr,
    evidence,
    replication,
    registries,
    history: memory?.history,
    budget: new DeletionBudget(config.guardRails.maxDeletions),
    confirmed: request.confirmed,
    log,
    now,
    observer,
  };
  const runs = rotated(repositories).map((repository) => new RepositoryRun(context, repository));
  progress.repositories = runs;
  progress.unreadable.push(...unreadable.map(({ name, error }) => toUnreadable(name, error, log)));
  observer.onRepositories?.(runs.length + unreadable.length);

  const rest = [...runs];
  do {
    const group = await listGroup(rest);
    const current = await evidence.since(now());
    const cleanOne = async (each: RepositoryRun) => {
      await each.clean(current);
      // Also without an observer: a repository whose work is over frees its memory.
      const outcome = each.finish();
      await observer.onOutcome?.(outcome, config.dryRun);
    };
    await pMap(group, cleanOne, { concurrency: CONCURRENT_REPOSITORIES });
    // A later scan that failed has interrupted the work on every repository.
    if (evidence.failure !== undefined) throw evidence.failure;
    for (const each of group) each.forget();
    await memory?.history.save();
  } while (rest.length > 0);
}

/** The same name is another repository elsewhere. Throws ConfigError. */
function requireRegistry({ aws, registries = [] }: RunRequest, account: string | undefined): void {
  const here = registryKey({ account: account ?? "", region: aws.region });
  const other = registries.find((registry) =>
    account === undefined ? !registry.endsWith(here) : registry !== here,
  );
  if (other === undefined) return;
  const [named, region] = other.split("/");
  const found = account === undefined ? "" : ` of the account ${account}`;
  throw new ConfigError(
    `The request names a repository of the account ${named} in ${region}, and this run reads the registry${found} in ` +
      `${aws.region}: set AWS_REGION or AWS_PROFILE, or give the repository's name alone.`,
  );
}

/** No role of such an account can be assumed, so nothing of it is read. */
function logInactive({ inactive }: Scopes, log: Log): void {
  if (inactive.length === 0) return;
  log.warn("Passing over inactive accounts", { accounts: inactive });
}

/** Those whose use of images the run reads, and inactive accounts, which AWS lets nobody use. */
function pullersRead(
  { places, inactive, organization }: Scopes,
  account: string | undefined,
): KnownPullers {
  const read = places.flatMap((place) => place.account ?? []);
  const accounts = new Set([...read, ...inactive, ...(account === undefined ? [] : [account])]);
  return { accounts, organization };
}

/**
 * Reads the rules of replication, and finds out whether indexes and policies can be read. If ECR denies any of these, all
 * evidence is read first, so that one run names all permissions that the role lacks.
 */
async function readRegistry(
  { config }: RunRequest,
  repositories: readonly Repository[],
  { ecr, policies }: Registry,
  evidence: FreshEvidence,
): Promise<DeletionReplication> {
  const reading = readDeletionReplication(ecr);
  const checks = await Promise.allSettled([
    reading,
    requirePermission(repositories, async (each) => tryToReadIndex(ecr, each)),
    ...(config.defaultPolicy.unseenPullers === "skip"
      ? [requirePermission(repositories, async (each) => policies.unseenPullers(each))]
      : []),
  ]);
  const failures = checks.flatMap((check) =>
    check.status === "rejected" ? [asError(check.reason)] : [],
  );
  const isDenied = (error: Error) => error instanceof AwsCallError && error.isDenied;
  const other = failures.find((error) => !isDenied(error));
  if (other !== undefined) throw other;
  if (failures.length === 0) return reading;
  const unread = await evidence.current().then(
    () => [],
    (error: unknown) => (error instanceof ScanError ? error.errors : []),
  );
  throw new ScanError([...failures, ...unread]);
}

/** Takes repositories from the front of a list and lists their images, as many as fit into memory. */
async function listGroup(rest: RepositoryRun[]): Promise<RepositoryRun[]> {
  const group: RepositoryRun[] = [];
  let images = 0;
  const listNext = async () => {
    while (images < IMAGES_AT_ONCE) {
      const next = rest.shift();
      if (next === undefined) return;
      group.push(next);
      await next.list();
      images += next.size;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_REPOSITORIES }, listNext));
  return group;
}

function toUnreadable(name: string, error: Error, log: Log): RepositoryOutcome {
  log.error("Could not clean a repository", { repository: name, ...errorFields(error) });
  const tally = new Tally(name);
  tally.fail(error);
  return tally.outcome(0);
}

/** Starts the list at another place in each run, so that no repository is always the one that time does not reach. */
function rotated<Item>(items: readonly Item[]): Item[] {
  const start = Math.floor(Math.random() * items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}

async function listWanted({ config, aws, log }: RunRequest): Promise<EnabledRepositories> {
  const enabled = await listEnabledRepositories(aws, config.repositories, log);
  const names = new Set([...enabled.repositories, ...enabled.unreadable].map(({ name }) => name));
  for (const repository of config.repositories ?? []) {
    if (names.has(repository)) continue;
    log.warn("No such repository is enabled for cleaning", { repository });
  }
  return enabled;
}
