import type { Statement } from "../../aws/permissions.ts";
import type { Source } from "./source.ts";

/** Every source of evidence, by its id, in the order in which reports name them. Each loads its SDK client with it. */
const LOADERS: Readonly<Record<string, () => Promise<{ readonly source: Source }>>> = {
  ecs: () => import("./ecs/ecs.ts"),
  "ecs-daemons": () => import("./ecs-daemons/ecs-daemons.ts"),
  lambda: () => import("./lambda.ts"),
  "app-runner": () => import("./app-runner.ts"),
  eventbridge: () => import("./eventbridge.ts"),
  scheduler: () => import("./scheduler.ts"),
  pipes: () => import("./pipes.ts"),
  "step-functions": () => import("./step-functions/step-functions.ts"),
  batch: () => import("./batch.ts"),
  sagemaker: () => import("./sagemaker/sagemaker.ts"),
  codebuild: () => import("./codebuild.ts"),
  agentcore: () => import("./agentcore.ts"),
  eks: () => import("./eks/eks.ts"),
};

/** Raised when a source finds in the same answers what it has not found before: earlier runs have not looked for that. */
export const EVIDENCE_REVISION = 1;

/** The ids of the sources that the original has too. */
export const ORIGINAL_SOURCE_IDS: readonly string[] = ["ecs", "lambda", "app-runner"];

/** The permission that every source needs which names task definitions, whether ECS itself is read or not. */
export const TASK_DEFINITIONS: Statement = {
  Sid: "ReadTaskDefinitions",
  Action: ["ecs:DescribeTaskDefinition"],
  purpose:
    "the images of the ECS task definitions that services, schedules, rules, pipes and state machines name",
  isOriginal: true,
};

/** What no source sees: rows of the documents. */
export const GENERAL_BLIND_SPOTS: readonly string[] = [
  "Kubernetes outside EKS, Lightsail, EMR, GameLift, and every other service that can pull an image, unless a list in `IN_USE_LISTS` names what it uses",
  "other accounts and other Regions that pull from this registry, unless `IN_USE_ACCOUNTS` and `IN_USE_REGIONS` name them",
  "references by a host name of your own, such as a proxy in front of ECR",
  "image names that are put together at run time, or read from a secret or a parameter",
  "older revisions of an ECS task definition family or service that are still started: deploy each version with a tag of its own, or raise `KEEP_TASK_DEFINITIONS`",
];

/** The ids of all sources, as in `IN_USE_SOURCES`. */
export const SOURCE_IDS: readonly string[] = Object.keys(LOADERS);

/** Loads the sources with the ids given, in the order of the list. */
export async function loadSources(ids: readonly string[] = SOURCE_IDS): Promise<Source[]> {
  const wanted = Object.entries(LOADERS).filter(([id]) => ids.includes(id));
  return Promise.all(wanted.map(async ([, load]) => (await load()).source));
}
