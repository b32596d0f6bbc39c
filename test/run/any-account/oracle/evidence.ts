import type { Account } from "../../../simulator/account.ts";
import { readReference } from "./reference.ts";
import { type Settings, isOriginal, readsSource } from "./settings.ts";

type Service =
  Account["clusters"] extends ReadonlyMap<string, { services: ReadonlyMap<string, infer Value> }>
    ? Value
    : never;

/** A container: the image as somebody named it, and the digest that it was resolved to. */
interface Container {
  readonly image?: string;
  readonly digest?: string;
}

/** What of one registry is in use. */
export interface InUse {
  /** `repository:tag` and `repository@digest`. */
  readonly names: ReadonlySet<string>;
  /** Digests, in whichever repository of this registry. */
  readonly digests: ReadonlySet<string>;
  /** Digests, in whichever registry. */
  readonly digestsAnywhere: ReadonlySet<string>;
  /** Repositories that an unreadable reference names. */
  readonly wholeRepositories: ReadonlySet<string>;
}

/** Everything that the table "What counts as in use" counts in an account. */
export function readInUse(account: Account, settings: Settings): InUse {
  const names = new Set<string>();
  const digests = new Set<string>();
  const digestsAnywhere = new Set<string>();
  const wholeRepositories = new Set<string>();
  const addDigest = (repository: string, digest: string | undefined) => {
    if (digest === undefined) return;
    names.add(`${repository}@${digest}`);
    digests.add(digest);
  };
  for (const { image = "", digest } of containersOf(account, settings)) {
    const named = /@(sha256:[\da-f]{64})$/.exec(image)?.[1];
    for (const each of [named, digest]) if (each !== undefined) digestsAnywhere.add(each);
    const reference = readReference(image, account);
    if (reference === undefined) continue;
    const { repository, tag } = reference;
    if (!reference.isReadable) wholeRepositories.add(repository);
    if (tag !== undefined) names.add(`${repository}:${tag}`);
    addDigest(repository, reference.digest);
    addDigest(repository, digest);
  }
  return { names, digests, digestsAnywhere, wholeRepositories };
}

function containersOf(account: Account, settings: Settings): Container[] {
  return [
    ...(readsSource(settings, "ecs") ? ecsContainersOf(account, settings) : []),
    ...(readsSource(settings, "lambda") ? functionContainersOf(account) : []),
    ...(readsSource(settings, "app-runner") ? appRunnerContainersOf(account) : []),
  ];
}

function ecsContainersOf(account: Account, settings: Settings): Container[] {
  const clusters = [...account.clusters.values()];
  const services = clusters.flatMap((cluster) => [...cluster.services.values()]);
  const given = services
    .flatMap(({ taskDefinition, deployments = [], taskSets = [] }) => [
      ...(taskDefinition === undefined ? [] : [taskDefinition]),
      ...deployments,
      ...taskSets,
    ])
    .flatMap((id) => account.taskDefinitions.get(id) ?? [])
    .map((image) => ({ image }));
  if (isOriginal(settings)) return given;
  const tasks = clusters
    .flatMap((cluster) => [...cluster.tasks.values()])
    .filter(({ desiredStatus }) => desiredStatus !== "STOPPED");
  return [
    ...given,
    ...services.flatMap(({ revisions = [] }) => revisions.flat()),
    ...services.flatMap(rollbackContainersOf),
    ...tasks.flatMap(({ containers }) => containers),
  ];
}

/** The revisions that a deployment in progress replaces, or goes back to. */
function rollbackContainersOf({ currentDeployment, earlierRevisions = {} }: Service): Container[] {
  const { sources = [], rollback } = currentDeployment ?? {};
  return [...sources, rollback].flatMap((id) => earlierRevisions[id ?? ""] ?? []);
}

function functionContainersOf({ functions }: Account): Container[] {
  return [...functions.values()]
    .flatMap(({ versions }) => [...versions.values()])
    .flatMap(({ image, resolved }) => [image, resolved])
    .flatMap((image) => (image === undefined ? [] : [{ image }]));
}

function appRunnerContainersOf({ appRunnerServices }: Account): Container[] {
  return [...appRunnerServices.values()].filter(({ status }) => status !== "DELETED");
}
