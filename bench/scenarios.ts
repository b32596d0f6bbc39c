import {
  ACCOUNT_ID,
  type Account,
  type AccountParts,
  REGION,
  REGISTRY,
  type SimulatedImage,
  createAccount,
  digestOf,
  enabled,
  image,
  old,
  repository,
} from "../test/simulator/account.ts";
import { type Organization, createOrganization } from "../test/simulator/organization.ts";
import type { RateLimit } from "../test/simulator/rate-limiter.ts";

/** One account to clean, or an organization, and the circumstances. */
export interface Scenario {
  readonly name: string;
  readonly account: () => Account | Organization;
  /** Settings of the program. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Each account in each Region has its own. */
  readonly limits: readonly RateLimit[];
  /** Whether answers have only what the program needs, as for the sequential baseline. Otherwise they are as large as AWS's. */
  readonly isBrief?: boolean;
  /** Whether a run was made the night before, of whose store this one has the use. */
  readonly isSecondNight?: boolean;
  /** Whether the sequential baseline ends in bearable time. */
  readonly hasBaseline: boolean;
}

/** What AWS publishes for calls that it throttles together: by Amazon ECS's page on request throttling, and service quotas. */
const PUBLISHED: readonly RateLimit[] = [
  { actions: ["ecs:ListClusters"], burst: 50, perSecond: 20 },
  {
    actions: [
      "ecs:DescribeTaskDefinition",
      "ecs:ListTaskDefinitionFamilies",
      "ecs:ListTaskDefinitions",
    ],
    burst: 50,
    perSecond: 20,
  },
  {
    actions: ["ecs:ListServices", "ecs:DescribeServices", "ecs:ListDaemons"],
    burst: 100,
    perSecond: 20,
  },
  { actions: ["ecs:ListTasks", "ecs:DescribeTasks"], burst: 100, perSecond: 20 },
  { actions: ["ecs:DescribeServiceRevisions"], burst: 50, perSecond: 20 },
  { actions: ["lambda:GetFunction"], burst: 100, perSecond: 100 },
  { actions: ["lambda:ListFunctions"], burst: 15, perSecond: 15 },
  { actions: ["ssm:GetParametersByPath"], burst: 40, perSecond: 40 },
  { actions: ["events:ListEventBuses", "events:ListRules"], burst: 50, perSecond: 50 },
  { actions: ["scheduler:ListSchedules"], burst: 50, perSecond: 50 },
  { actions: ["states:ListStateMachines"], burst: 100, perSecond: 5 },
  {
    actions: ["batch:DescribeJobDefinitions", "batch:DescribeJobQueues"],
    burst: 50,
    perSecond: 50,
  },
];

/** ECR publishes no limits for these: an assumption, all of them together. */
const ECR: readonly RateLimit[] = [
  {
    actions: [
      "ecr:DescribeRepositories",
      "ecr:GetRepositoryPolicy",
      "ecr:ListTagsForResource",
      "ecr:DescribeImages",
      "ecr:BatchGetImage",
      "ecr:BatchDeleteImage",
    ],
    burst: 50,
    perSecond: 50,
  },
];

const count = <Item>(length: number, create: (i: number) => Item): Item[] =>
  Array.from({ length }, (_, i) => create(i));
const record = <Item>(entries: [string, Item][]): Record<string, Item> =>
  Object.fromEntries(entries);

/** One image in ten is young, `v1` can be in use, the others are to go; one in five has two tags. */
function images(name: string, length: number): SimulatedImage[] {
  return count(length, (i) => {
    const id = `${name}:v${i}`;
    const parts = { tags: i % 5 === 1 ? `v${i} build-${i}` : `v${i}`, sizeMB: 100 };
    return i % 10 === 0 ? image(id, parts) : old(id, parts);
  });
}

/** Services, each with a task definition, a task and a revision of its own, and functions. */
function users(
  services: number,
  functions: number,
  repositories: readonly string[],
  tag = "v1",
): AccountParts {
  const reference = (i: number) => {
    const name = repositories[i % repositories.length] ?? "none";
    return { image: `${REGISTRY}/${name}:${tag}`, digest: digestOf(`${name}:${tag}`) };
  };
  return {
    clusters: {
      main: record(
        count(services, (i) => [
          `service-${i}`,
          { taskDefinition: `app-${i}:1`, revisions: [[reference(i)]] },
        ]),
      ),
    },
    taskDefinitions: record(count(services, (i) => [`app-${i}:1`, [reference(i).image]])),
    tasks: {
      main: count(services, (i) => ({ group: `service:service-${i}`, containers: [reference(i)] })),
    },
    functions: record(
      count(functions, (i) => {
        const name = repositories[i % repositories.length] ?? "none";
        return [`function-${i}`, { $LATEST: resolved(name, tag) }];
      }),
    ),
  };
}

/** What a function runs, and the digest that Lambda has resolved it to. */
function resolved(name: string, tag: string): { image: string; resolved: string } {
  const repository = `${REGISTRY}/${name}`;
  return {
    image: `${repository}:${tag}`,
    resolved: `${repository}@${digestOf(`${name}:${tag}`)}`,
  };
}

/** An account as accounts are: several clusters, two tasks for each service, and functions with published versions. */
function fleet(services: number, functions: number, versions: number): AccountParts {
  const CLUSTERS = 4;
  const reference = (i: number) => ({ image: `${REGISTRY}/app-${i % 10}:v1` });
  const clusterOf = (i: number) => `cluster-${i % CLUSTERS}`;
  const inCluster = (cluster: number) =>
    count(services, (i) => i).filter((i) => i % CLUSTERS === cluster);
  const published = (i: number) =>
    record(
      count(versions, (version) => [
        version === 0 ? "$LATEST" : String(version),
        resolved(`app-${i % 10}`, `v${version + 1}`),
      ]),
    );
  return {
    clusters: record(
      count(CLUSTERS, (cluster) => [
        clusterOf(cluster),
        record(
          inCluster(cluster).map((i) => [
            `service-${i}`,
            { taskDefinition: `app-${i}:1`, revisions: [[reference(i)]] },
          ]),
        ),
      ]),
    ),
    taskDefinitions: record(count(services, (i) => [`app-${i}:1`, [reference(i).image]])),
    tasks: record(
      count(CLUSTERS, (cluster) => [
        clusterOf(cluster),
        inCluster(cluster).flatMap((i) =>
          count(2, () => ({ group: `service:service-${i}`, containers: [reference(i)] })),
        ),
      ]),
    ),
    functions: record(count(functions, (i) => [`function-${i}`, published(i)])),
    repositories: record(names(10).map((name) => [name, enabled(images(name, 100))])),
  };
}

const names = (length: number) => count(length, (i) => `app-${i}`);

const medium = () =>
  createAccount({
    ...users(200, 100, names(50)),
    repositories: record(names(50).map((name) => [name, enabled(images(name, 100))])),
  });

const large = () =>
  createAccount({
    ...users(5000, 2000, names(10)),
    repositories: record(names(10).map((name) => [name, enabled(images(name, 100))])),
    buckets: ["memories"],
  });

/** Every account has services in every Region. They use `v1` to `v9` of the home account's repositories. */
function organization(accounts: number, regions: readonly string[], services: number) {
  const repositories = names(200);
  const ids = [ACCOUNT_ID, ...count(accounts - 1, (i) => String(200_000_000_001 + i))];
  const places = ids.flatMap((id) => regions.map((region) => `${id}/${region}`));
  const usersOf = (i: number) => {
    const block = (i * services) % repositories.length;
    const tag = `v${1 + (i % 9)}`;
    return users(services, 0, repositories.slice(block, block + services), tag);
  };
  const [, ...others] = places;
  return createOrganization({
    home: {
      ...usersOf(0),
      repositories: record(repositories.map((name) => [name, enabled(images(name, 20))])),
    },
    places: record(others.map((place, i) => [place, usersOf(i + 1)])),
    accounts: record(ids.map((id) => [id, { regions }])),
  });
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  a: {
    name: "50 repositories × 100 images, 200 services, 100 functions",
    account: medium,
    limits: [],
    isBrief: true,
    hasBaseline: true,
  },
  b: {
    name: "20,000 repositories, 200 enabled, of which 40 have something to delete",
    account: () =>
      createAccount({
        ...users(1, 1, names(1)),
        repositories: record(
          count(20_000, (i) => {
            const name = `app-${i}`;
            if (i % 100 !== 0) return [name, repository([])];
            const hasUnused = i % 500 === 0;
            return [name, enabled(hasUnused ? images(name, 20) : [image(name)])];
          }),
        ),
      }),
    limits: [],
    hasBaseline: false,
  },
  c: {
    name: "one repository with 100,000 images, ECR limited to 50 calls a second",
    account: () =>
      createAccount({
        ...users(10, 10, names(1)),
        repositories: { "app-0": enabled(images("app-0", 100_000)) },
      }),
    limits: ECR,
    hasBaseline: false,
  },
  d: {
    name: "1,000 repositories × 1,000 images, ECR limited to 50 calls a second",
    account: () =>
      createAccount({
        ...users(10, 10, names(10)),
        repositories: record(names(1000).map((name) => [name, enabled(images(name, 1000))])),
      }),
    limits: ECR,
    hasBaseline: false,
  },
  e: {
    name: "5,000 services, 2,000 functions, under the published limits",
    account: large,
    limits: PUBLISHED,
    hasBaseline: false,
  },
  f: {
    name: "(a) under the published limits",
    account: medium,
    limits: PUBLISHED,
    hasBaseline: false,
  },
  g: {
    name: "2,000 services × 2 tasks in 4 clusters, 400 functions × 4 versions, under the published limits",
    account: () => createAccount(fleet(2000, 400, 4)),
    limits: PUBLISHED,
    hasBaseline: false,
  },
  h: {
    name: "100 functions × 50 versions, under the published limits",
    account: () => createAccount(fleet(0, 100, 50)),
    limits: PUBLISHED,
    hasBaseline: false,
  },
  i: {
    name: "an organization: 200 accounts × 4 Regions × 20 services, under the published limits",
    account: () => organization(200, [REGION, "eu-central-1", "us-east-1", "us-west-2"], 20),
    settings: { IN_USE_ACCOUNTS: "organization", IN_USE_REGIONS: "all" },
    limits: PUBLISHED,
    hasBaseline: false,
  },
  j: {
    name: "the second night of (e), with a store",
    account: large,
    settings: { STORE: "s3://memories/cleaner" },
    isSecondNight: true,
    limits: PUBLISHED,
    hasBaseline: false,
  },
  k: {
    name: "(a) with answers as large as AWS's",
    account: medium,
    limits: [],
    hasBaseline: false,
  },
};
