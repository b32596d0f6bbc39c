import { describe, expect, test } from "vitest";

import { run } from "../make-run.ts";
import {
  type AccountParts,
  createAccount,
  digestOf,
  enabled,
  image,
  old,
  remaining,
} from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

describe("an index that cannot be read", () => {
  const parts = (): AccountParts => ({
    repositories: {
      app: enabled([old("child"), image("index", { children: [old("child")] }), old("v1")]),
      other: enabled([old("v1")]),
    },
  });

  test.for([
    {
      name: "for a reason of ECR's",
      answer: {
        failures: [
          {
            imageId: { imageDigest: digestOf("index") },
            failureCode: "KmsError",
            failureReason: "key disabled",
          },
        ],
      },
      message: "KmsError: key disabled",
    },
    { name: "as ECR does not answer", answer: {}, message: 'the answer lacks "images|failures"' },
    {
      name: "as ECR does not answer for it",
      answer: { images: [], failures: [] },
      message: "the answer lacks this image",
    },
    {
      name: "as it is none",
      answer: {
        images: [{ imageId: { imageDigest: digestOf("index") }, imageManifest: "{}" }],
      },
      message: "its manifest is no index",
    },
    {
      name: "as it lists something without a digest",
      answer: {
        images: [
          { imageId: { imageDigest: digestOf("index") }, imageManifest: '{"manifests":[{}]}' },
        ],
      },
      message: "its manifest is no index",
    },
  ])("$name, keeps its repository and fails it", async ({ answer, message }) => {
    const account = createAccount(parts());
    await using simulator = await startSimulator(account, {
      answers: { "ecr:BatchGetImage": () => answer },
    });
    const { exitCode, stdout } = await run(simulator, ["--json"], { DRY_RUN: "false" });
    expect(exitCode).toBe(1);
    expect(account.repositories.get("app")?.images.size).toBe(3);
    expect(remaining(account, "other")).toEqual([]);
    expect(JSON.parse(stdout).failures).toEqual([
      expect.objectContaining({ repository: "app", message: expect.stringContaining(message) }),
    ]);
  });

  test("as it is gone, lists nothing", async () => {
    const account = createAccount(parts());
    await using simulator = await startSimulator(account, {
      before: {
        "ecr:BatchGetImage": ({ repositories }, { imageIds }) => {
          if (imageIds[0].imageDigest !== digestOf("index")) return;
          repositories.get("app")?.images.delete(digestOf("index"));
        },
      },
    });
    const { exitCode } = await run(simulator, [], { DRY_RUN: "false" });
    expect(exitCode).toBe(0);
    expect(remaining(account, "app")).toEqual([]);
  });
});

test("manifests are read 100 a call, and only once", async () => {
  const children = Array.from({ length: 150 }, (_, i) => old(`child-${i}`, { tags: "" }));
  const indexes = children.map((child, i) => image(`index-${i}`, { children: [child] }));
  const account = createAccount({
    repositories: { app: enabled([...children, ...indexes, old("v1")]) },
  });
  await using simulator = await startSimulator(account);
  const { exitCode } = await run(simulator, [], { DRY_RUN: "false" });
  expect(exitCode).toBe(0);
  expect(account.repositories.get("app")?.images.size).toBe(300);
  const sizes = simulator.callsOf("ecr:BatchGetImage").map(({ input }) => input["imageIds"].length);
  // The first one only asks whether it may.
  expect(sizes).toEqual([1, 100, 50]);
});
