import { expect, test } from "vitest";

import { clean } from "./bundle.ts";
import { createService } from "./holders/ecs.ts";
import {
  ENABLED,
  type Manifest,
  type Push,
  REGISTRY,
  createRepository,
  imageManifest,
  remaining,
  toManifest,
} from "./registry.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";

/** Tests the bundle against multi-architecture images and their signatures, pushed in one of two ways. */
export function testIndexes(push: Push): void {
  test("a used index keeps its children and its signature, and an unused one goes with both", async () => {
    await createRepository("app", ENABLED, []);
    const used = await pushRelease(push, "v2");
    await pushRelease(push, "v1");
    await createService(`${REGISTRY}/app:v2`, "web");
    expect(await clean({ IN_USE_SOURCES: "ecs" })).toMatchObject({
      complete: true,
      images: {
        total: 8,
        kept: { "in-use": 1, "child-of-kept": 2, "referrer-of-kept": 1 },
        deleted: 4,
      },
      failures: [],
    });
    expect(await remaining("app")).toEqual(used.toSorted());
  });
}

/** Pushes an index of two architectures and its signature, as `docker buildx` and `cosign` do, and returns their names. */
async function pushRelease(push: Push, version: string): Promise<string[]> {
  const children = ["amd64", "arm64"].map((each) => imageManifest(`${version} for ${each}`));
  for (const child of children) await push("app", child);
  const index = indexOf(children);
  await push("app", index, version);
  const signatureTag = `${index.digest.replace(":", "-")}.sig`;
  await push("app", imageManifest(`signature of ${version}`), signatureTag);
  return [version, signatureTag, ...children.map(({ digest }) => digest)];
}

function indexOf(children: readonly Manifest[]): Manifest {
  const manifests = children.map(({ mediaType, digest, text }) => ({
    mediaType,
    digest,
    size: text.length,
  }));
  return toManifest(INDEX, { manifests });
}
