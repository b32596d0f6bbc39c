import { InUseImages } from "../../src/in-use/evidence.ts";
import { Scan } from "../../src/in-use/scan.ts";
import { loadSources } from "../../src/in-use/sources/index.ts";
import type { Image } from "../../src/registry/image.ts";
import { createLog } from "../../src/log.ts";
import { app } from "../accounts.ts";
import { useSimulator } from "../make-run.ts";
import { type AccountParts, REGION, createAccount } from "../simulator/account.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";
import { connectScope } from "./scope.ts";

/** An ARN in the account. */
export const arnOf = (service: string, resource: string) =>
  `arn:aws:${service}:${REGION}:123456789012:${resource}`;

export const CLUSTER = arnOf("ecs", "cluster/main");

/** An ECS target that starts tasks from a task definition. */
export const taskTarget = (TaskDefinitionArn: string) => ({
  Arn: CLUSTER,
  EcsParameters: { TaskDefinitionArn },
});

/** Task definitions by which the tests of sources tell what a source names: three of one family, and some of their own. */
const taskDefinitions = {
  "job:1": [app("v1")],
  "job:2": [app("v2")],
  "job:3": [app("v3")],
  "other:1": [app("v4")],
};

/** Reads one source of a simulated account; tells which of the tags of the repository `app` it reports. */
export async function readSource(
  id: string,
  parts: AccountParts,
  { lacks, ...options }: SimulatorOptions & { readonly lacks?: string } = {},
) {
  await using simulator = await startSimulator(
    createAccount({ taskDefinitions, ...parts }),
    options,
  );
  useSimulator(lacks === undefined ? simulator : { env: simulator.envWithout(lacks) });
  const scope = await connectScope();
  const images = new InUseImages();
  const warnings: Readonly<Record<string, unknown>>[] = [];
  const log = createLog("WARN", (entry) => warnings.push(entry));
  const [result] = await new Scan(scope, await loadSources([id]), log).read(images);
  const places = (image: Pick<Image, "digest" | "tags">) =>
    images.placesOf("123456789012/eu-west-1/app", { ...image, sizeBytes: 0 });
  const placesOf = (tag: string) => places({ digest: "", tags: [tag] });
  return {
    ...result,
    used: ["v1", "v2", "v3", "v4"].filter((tag) => placesOf(tag).length > 0),
    placesOf,
    placesOfDigest: (digest: string) => places({ digest, tags: [] }),
    warnings,
    calls: simulator.calls,
  };
}
