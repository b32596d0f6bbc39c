import { describe, expect, test } from "vitest";

import {
  app,
  failingDeletions,
  many,
  recordOf,
  serviceUsing,
  signatureOf,
  untagged,
} from "../accounts.ts";
import { runAccount } from "../make-run.ts";
import { digestOf, enabled, image, old, remaining } from "../simulator/account.ts";
import { ServiceError } from "../simulator/operation.ts";

describe("a real run", () => {
  test("counts images that ECR refuses apart from failures, and does not fail because of them", async () => {
    const child = untagged("child");
    const { account, exitCode, summary } = await runAccount(
      {
        ...serviceUsing(app("multi")),
        repositories: { app: enabled([child, old("multi", { children: [child] }), old("moves")]) },
      },
      {
        before: {
          "ecr:BatchDeleteImage": ({ repositories }) => {
            const images = repositories.get("app")?.images;
            images?.get(digestOf("moves"))?.tags.clear();
            images?.set("sha256:new", { ...image("new", { tags: "moves" }), digest: "sha256:new" });
          },
        },
      },
      { IN_USE_EVIDENCE: "original" },
    );
    expect(exitCode).toBe(0);
    expect(summary.images).toMatchObject({
      unused: 2,
      deleted: 0,
      refused: 2,
      failed: 0,
    });
    expect(account.repositories.get("app")?.images.size).toBe(4);
  });

  test("cleans the other repositories if one repository fails, and then fails with its name", async () => {
    const { account, exitCode, summary, stderr } = await runAccount(
      { repositories: recordOf(["a", "b", "c"], () => enabled([old("v1")])) },
      {
        before: {
          "ecr:DescribeImages": (_, { repositoryName }) => {
            if (repositoryName === "b")
              throw new ServiceError("InvalidParameterException", "broken");
          },
        },
      },
    );
    const message =
      "ecr:DescribeImages failed for repository b: InvalidParameterException: broken (HTTP 400";
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(remaining(account, "a")).toEqual([]);
    expect(remaining(account, "b")).toEqual(["v1"]);
    expect(remaining(account, "c")).toEqual([]);
    expect(summary).toMatchObject({
      complete: true,
      repositories: { enabled: 3, cleaned: 2, failed: 1 },
      failures: [
        {
          repository: "b",
          image: null,
          code: "InvalidParameterException",
          message: expect.stringContaining(message),
        },
      ],
    });
  });

  test("stops a repository after a failed delete call, and counts the images deleted before", async () => {
    let calls = 0;
    const { account, summary } = await runAccount(
      { repositories: { app: enabled(many(150)) } },
      {
        before: {
          "ecr:BatchDeleteImage": () => {
            calls += 1;
            if (calls === 2) throw new ServiceError("InvalidParameterException", "broken");
          },
        },
      },
    );
    expect(summary.images).toMatchObject({ unused: 150, deleted: 100, failed: 50 });
    expect(summary.failures).toHaveLength(1);
    expect(account.repositories.get("app")?.images.size).toBe(50);
  });

  test("reports at most 100 failures", async () => {
    const { summary } = await runAccount(
      { repositories: { app: enabled(many(150)) } },
      failingDeletions("KmsError"),
    );
    expect(summary.images).toMatchObject({ unused: 150, deleted: 0, failed: 150 });
    expect(summary.failures).toHaveLength(100);
    expect(summary.failures[0]).toEqual({
      repository: "app",
      image: digestOf("v0"),
      code: "KmsError",
      message: "ECR gave no reason",
    });
  });
});

describe("a failure", () => {
  test("is reported even if MAX_DELETIONS is reached", async () => {
    const { exitCode, summary } = await runAccount(
      { repositories: { app: enabled(many(150)) } },
      { isAllowed: (action) => action !== "ecr:BatchDeleteImage" },
      { MAX_DELETIONS: "100" },
    );
    expect(exitCode).toBe(1);
    expect(summary).toMatchObject({
      images: { failed: 100 },
      failures: [{ code: "AccessDeniedException" }],
    });
  });

  test("does not become a refusal because its image is still there", async () => {
    const subject = old("v1");
    const { account, exitCode, summary } = await runAccount(
      { repositories: { app: enabled([subject, signatureOf(subject)]) } },
      failingDeletions("KmsError"),
    );
    expect(exitCode).toBe(1);
    expect(summary.images).toMatchObject({ unused: 1, failed: 1, refused: 0 });
    expect(account.repositories.get("app")?.images.size).toBe(2);
  });

  test("of a whole call counts once for an image that ECR refused before", async () => {
    const child = untagged("child");
    const inner = old("inner", { children: [child] });
    let calls = 0;
    const { exitCode, summary } = await runAccount(
      { repositories: { app: enabled([inner, old("outer", { children: [inner] }), child]) } },
      {
        before: {
          "ecr:BatchDeleteImage": () => {
            calls += 1;
            if (calls > 1) throw new ServiceError("InvalidParameterException", "broken");
          },
        },
      },
    );
    expect(exitCode).toBe(1);
    expect(summary.images).toMatchObject({
      unused: 3,
      deleted: 1,
      refused: 0,
      failed: 1,
    });
  });
});
