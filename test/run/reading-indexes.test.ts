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

  test("as it is gone, lists nothing", async () => {
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

test("manifests are read 100 a call, and only once", async () => {
  const children = numbered("child-", 150).map(untagged);
  const indexes = children.map((child, i) => image(`index-${i}`, { children: [child] }));
  const { account, simulator, exitCode } = await runAccount({
    repositories: { app: enabled([...children, ...indexes, old("v1")]) },
  });
  expect(exitCode).toBe(0);
  expect(account.repositories.get("app")?.images.size).toBe(300);
  const sizes = simulator.callsOf("ecr:BatchGetImage").map(({ input }) => input["imageIds"].length);
  // The first one only asks whether it may.
  expect(sizes).toEqual([1, 100, 50]);
});
