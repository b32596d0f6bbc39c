import {
  type Account,
  REGISTRY,
  type SimulatedImage,
  createAccount,
  digestOf,
  enabled,
  image,
  repository,
} from "../test/simulator/account.ts";

/** Releases of one a week, the newest `newestDays` old, named by a running number. */
function weekly(name: string, count: number, newestDays: number, sizeMB: number): SimulatedImage[] {
  return Array.from({ length: count }, (_, week) => {
    const version = count - week;
    return image(`${name}:${version}`, {
      tags: `v${version}`,
      ageDays: newestDays + 7 * week,
      sizeMB: sizeMB + week,
    });
  });
}

/** A multi-architecture image: an index over two untagged images. */
function multiArchitecture(name: string, tag: string, ageDays: number): SimulatedImage[] {
  const children = ["arm64", "amd64"].map((platform) =>
    image(`${name}:${tag}:${platform}`, { tags: "", ageDays, sizeMB: 180 }),
  );
  return [...children, image(`${name}:${tag}`, { tags: tag, ageDays, children, sizeMB: 180 })];
}

/** A small shop: each of its repositories shows one thing that the cleaner heeds. */
export function demoAccount(): Account {
  return createAccount({
    repositories: {
      "shop/api": enabled(weekly("shop/api", 14, 2, 310)),
      "shop/web": enabled([
        ...weekly("shop/web", 9, 5, 145),
        image("shop/web:release", { tags: "2026.1 stable latest", ageDays: 120, sizeMB: 139 }),
      ]),
      "shop/worker": enabled(weekly("shop/worker", 8, 70, 520)),
      "lambda/thumbnails": enabled(weekly("lambda/thumbnails", 7, 40, 240)),
      "lambda/mailer": enabled([
        ...weekly("lambda/mailer", 3, 50, 90),
        image("lambda/mailer:untagged", { tags: "", ageDays: 200, sizeMB: 91 }),
      ]),
      // `stable` has moved since the running tasks were started: what they pin has no tag any more.
      "shop/search": enabled([
        image("shop/search:before", { tags: "", ageDays: 95, sizeMB: 260 }),
        image("shop/search:after", { tags: "stable", ageDays: 45, sizeMB: 262 }),
        image("shop/search:unused", { tags: "", ageDays: 140, sizeMB: 255 }),
      ]),
      "shop/gateway": enabled([
        ...multiArchitecture("shop/gateway", "v2", 80),
        ...multiArchitecture("shop/gateway", "v1", 160),
      ]),
      "web/landing-page": enabled(weekly("web/landing-page", 5, 33, 60)),
      "audit/ledger": enabled(weekly("audit/ledger", 6, 100, 410), { BoxCleanerKeepDays: "365" }),
      "ml/notebooks": enabled(weekly("ml/notebooks", 4, 90, 2900), {
        BoxCleanerKeepDays: "1 year",
      }),
      "legacy/erp": repository(weekly("legacy/erp", 12, 300, 800)),
    },
    clusters: {
      production: {
        api: { taskDefinition: "api:14", deployments: ["api:14", "api:6"] },
        web: { taskDefinition: "web:3" },
        worker: { taskSets: ["worker:2"] },
        search: { taskDefinition: "search:1" },
        gateway: { taskDefinition: "gateway:1" },
      },
    },
    tasks: {
      production: [
        {
          group: "service:search",
          containers: [
            { image: `${REGISTRY}/shop/search:stable`, digest: digestOf("shop/search:before") },
          ],
        },
      ],
    },
    taskDefinitions: {
      "api:14": [`${REGISTRY}/shop/api:v14`, "public.ecr.aws/datadog/agent:7"],
      "api:6": [`${REGISTRY}/shop/api:v6`],
      "web:3": [`${REGISTRY}/shop/web:stable`, "nginx:1.29"],
      "search:1": [`${REGISTRY}/shop/search:stable`],
      "gateway:1": [`${REGISTRY}/shop/gateway:v2`],
      "worker:2": [`${REGISTRY}/shop/worker@${digestOf("shop/worker:5")}`],
    },
    functions: {
      thumbnails: {
        $LATEST: `${REGISTRY}/lambda/thumbnails:v7`,
        "1": `${REGISTRY}/lambda/thumbnails:v2`,
      },
      mailer: `${REGISTRY}/lambda/mailer:v3`,
      "plain-zip": null,
    },
    appRunnerServices: {
      landing: { status: "RUNNING", image: `${REGISTRY}/web/landing-page:v5` },
      campaign: { status: "PAUSED", image: `${REGISTRY}/web/landing-page:v2` },
    },
  });
}
