import {
  type Account,
  type AccountParts,
  REGISTRY,
  type SimulatedImage,
  digestOf,
  old,
  tagAbout,
} from "./simulator/account.ts";
import type { Simulator, SimulatorOptions } from "./simulator/simulator.ts";

/** Numbered names: `numbered("r", 2)` returns `r0` and `r1`. */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

/** A record with one part for each name. */
export function recordOf<Part>(
  keys: readonly string[],
  make: (name: string) => Part,
): Record<string, Part> {
  return Object.fromEntries(keys.map((name) => [name, make(name)]));
}

/** Old images with the tags `v0`, `v1` and so on. */
export function many(count: number): SimulatedImage[] {
  return numbered("v", count).map((name) => old(name));
}

/** An old image without tags. */
export function untagged(name: string): SimulatedImage {
  return old(name, { tags: "" });
}

/** The image `sig`, with the tag that cosign gives to the signature of an image. */
export function signatureOf(subject: SimulatedImage): SimulatedImage {
  return old("sig", { tags: tagAbout(subject, "sig") });
}

/** Copies of images for another account: a run changes the tags of its images. */
export function copiesOf(images: readonly SimulatedImage[]): SimulatedImage[] {
  return images.map((image) => ({ ...image, tags: new Set(image.tags) }));
}

/** A reference to an image of the repository `app` by its tag. */
export function app(tag: string): string {
  return `${REGISTRY}/app:${tag}`;
}

/** A reference to an image of the repository `app` by its digest, given its name. */
export function appByDigest(name: string): string {
  return `${REGISTRY}/app@${digestOf(name)}`;
}

/** An ECS service whose task definition has one container for each image reference. */
export function serviceUsing(
  ...references: readonly string[]
): Pick<AccountParts, "clusters" | "taskDefinitions"> {
  return {
    clusters: { main: { web: { taskDefinition: "web:1" } } },
    taskDefinitions: { "web:1": references },
  };
}

/** Adds a Lambda function that uses an image. */
export function use({ functions }: Account, reference: string): void {
  functions.set("new", { versions: new Map([["$LATEST", { image: reference }]]) });
}

/** Makes ECR answer every deletion of an image with a failure. */
export function failingDeletions(failureCode: string): SimulatorOptions {
  return {
    answers: {
      "ecr:BatchDeleteImage": ({ imageIds }) => ({
        failures: imageIds.map((imageId: unknown) => ({ imageId, failureCode })),
      }),
    },
  };
}

/** The digests that ECR was asked to delete. A digest appears once for each request. */
export function askedToDelete(simulator: Simulator): string[] {
  return simulator
    .callsOf("ecr:BatchDeleteImage")
    .flatMap(({ input }) => input["imageIds"].map((id: { imageDigest: string }) => id.imageDigest));
}

/** The digests of the images that are left in a repository. */
export function digestsIn({ repositories }: Account, name: string): string[] {
  return [...(repositories.get(name)?.images.keys() ?? [])];
}
