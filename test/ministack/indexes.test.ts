import { expect } from "vitest";

import { testIndexes } from "../emulators/indexes.ts";
import type { Manifest } from "../emulators/registry.ts";
import { useMinistack } from "./ministack.ts";

useMinistack();

testIndexes(push);

/** Pushes a manifest by the HTTP API of container registries, as Docker does. No layers: nothing reads them. */
async function push(repository: string, manifest: Manifest, tag?: string): Promise<void> {
  const { mediaType, text, digest } = manifest;
  const path = `/v2/${repository}/manifests/${tag ?? digest}`;
  const { status, headers } = await fetch(`${process.env["AWS_ENDPOINT_URL"]}${path}`, {
    method: "PUT",
    headers: { "content-type": mediaType },
    body: text,
  });
  expect(status).toBe(201);
  expect(headers.get("docker-content-digest")).toBe(digest);
}
