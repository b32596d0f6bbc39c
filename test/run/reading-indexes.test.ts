import { describe, expect, test } from "vitest";

import { numbered, untagged } from "../accounts.ts";
import { runAccount } from "../make-run.ts";
import {
  type AccountParts,
  digestOf,
  enabled,
  image,
  old,
  remaining,
} from "../simulator/account.ts";

describe("an index that cannot be read", () => {
  const parts = (): AccountParts => ({
    repositories: {
      app: enabled([old("child"), image("index", { children: [old("child")] }), old("v1")]),
      other: enabled([old("v1")]),
    },
  });

  test.for([
    {
      name: "ECR gives a reason",
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
    { name: "the answer is empty", answer: {}, message: 'the answer lacks "images|failures"' },
    {
      name: "the answer does not name it",
      answer: { images: [], failures: [] },
      message: "the answer lacks this image",
    },
    {
      name: "its manifest has no list",
      answer: {
        images: [{ imageId: { imageDigest: digestOf("index") }, imageManifest: "{}" }],
      },
      message: "its manifest is no index",
    },
    {
      name: "its manifest lists an entry without a digest",
      answer: {
        images: [
          { imageId: { imageDigest: digestOf("index") }, imageManifest: '{"manifests":[{}]}' },
        ],
      },
      message: "its manifest is no index",
    },
  ])("keeps all images of its repository and fails it: $name", async ({ answer, message }) => {
    const { account, exitCode, summary } = await runAccount(parts(), {
      answers: { "ecr:BatchGetImage": () => answer },
    });
    expect(exitCode).toBe(1);
    expect(account.repositories.get("app")?.images.size).toBe(3);
    expect(remaining(account, "other")).toEqual([]);
    expect(summary.failures).toEqual([
      expect.objectContaining({ repository: "app", message: expect.stringContaining(message) }),
    ]);
  });

  test("keeps no image if it is gone", async () => {
    const { account, exitCode } = await runAccount(parts(), {
      before: {
        "ecr:BatchGetImage": ({ repositories }, { imageIds }) => {
          if (imageIds[0].imageDigest !== digestOf("index")) return;
          repositories.get("app")?.images.delete(digestOf("index"));
        },
      },
    });
    expect(exitCode).toBe(0);
    expect(remaining(account, "app")).toEqual([]);
  });
});

test("a run reads 100 indexes a call, and each index once", async () => {
  const children = numbered("child-", 150).map(untagged);
  const indexes = children.map((child, i) => image(`index-${i}`, { children: [child] }));
  const { account, simulator, exitCode } = await runAccount({
    repositories: { app: enabled([...children, ...indexes, old("v1")]) },
  });
  expect(exitCode).toBe(0);
  expect(account.repositories.get("app")?.images.size).toBe(300);
  const sizes = simulator.callsOf("ecr:BatchGetImage").map(({ input }) => input["imageIds"].length);
  // The first call only checks the permission.
  expect(sizes).toEqual([1, 100, 50]);
});
