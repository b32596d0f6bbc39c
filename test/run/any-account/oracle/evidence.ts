import type { Account } from "../../../simulator/account.ts";
import type { Place } from "../../../simulator/operation.ts";
import { readReference } from "./reference.ts";
import { type Settings, readsSource } from "./settings.ts";
import { agentCore } from "./sources/agentcore.ts";
import { appRunner } from "./sources/app-runner.ts";
import { batch } from "./sources/batch.ts";
import { codeBuild } from "./sources/codebuild.ts";
import type { Container, Row } from "./sources/container.ts";
import { ecs, ecsDaemons } from "./sources/ecs.ts";
import { eks } from "./sources/eks.ts";
import { eventBridge } from "./sources/eventbridge.ts";
import { lambda } from "./sources/lambda.ts";
import { pipes } from "./sources/pipes.ts";
import { sageMaker } from "./sources/sagemaker.ts";
import { scheduler } from "./sources/scheduler.ts";
import { stepFunctions } from "./sources/step-functions.ts";

/** The table "What counts as in use", by the ids of IN_USE_SOURCES. */
const ROWS: Readonly<Record<string, Row>> = {
  ecs,
  "ecs-daemons": ecsDaemons,
  lambda,
  "app-runner": appRunner,
  eventbridge: eventBridge,
  scheduler,
  pipes,
  "step-functions": stepFunctions,
  batch,
  sagemaker: sageMaker,
  codebuild: codeBuild,
  agentcore: agentCore,
  eks,
};

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

/** Everything of a registry that the table "What counts as in use" counts in some places. */
export function readInUse(places: readonly Account[], registry: Place, settings: Settings): InUse {
  const names = new Set<string>();
  const digests = new Set<string>();
  const digestsAnywhere = new Set<string>();
  const wholeRepositories = new Set<string>();
  const addDigest = (repository: string, digest: string | undefined) => {
    if (digest === undefined) return;
    names.add(`${repository}@${digest}`);
    digests.add(digest);
  };
  for (const { image = "", digest } of places.flatMap((place) => containersOf(place, settings))) {
    const named = /@(sha256:[\da-f]{64})$/.exec(image)?.[1];
    for (const each of [named, digest]) if (each !== undefined) digestsAnywhere.add(each);
    const reference = readReference(image, registry);
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
  return Object.entries(ROWS).flatMap(([id, row]) =>
    readsSource(settings, id) ? row(account, settings) : [],
  );
}
