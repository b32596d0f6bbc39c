import { describe, expect, test } from "vitest";

import { app, many, numbered, recordOf, signatureOf, use } from "../accounts.ts";
import { TOO_OLD_MS, cleanAccount } from "../make-run.ts";
import { enabled, image, old, remaining, tagAbout } from "../simulator/account.ts";
import { ServiceError } from "../simulator/operation.ts";

describe("evidence that is too old", () => {
  test("is read again before the run deletes more, and the run keeps an image that is now in use", async () => {
    let deletions = 0;
    const { account, simulator, summary } = await cleanAccount(
      // The run deletes five batches of 100 at the same time. The others wait.
      { repositories: { app: enabled(many(1000)) } },
      (clock) => ({
        before: {
          "ecr:BatchDeleteImage": (account) => {
            deletions += 1;
            if (deletions > 1) return;
            clock.now += TOO_OLD_MS;
            use(account, app("v900"));
          },
        },
      }),
    );
    expect(remaining(account, "app")).toEqual(["v900"]);
    expect(simulator.callsOf("ecs:ListClusters")).toHaveLength(2);
    expect(summary.images).toMatchObject({
      total: 1000,
      unused: 999,
      deleted: 999,
      kept: { "in-use": 1 },
    });
  });

  test("is read again once for all repositories that wait for it", async () => {
    let isFirst = true;
    const { simulator, summary } = await cleanAccount(
      { repositories: recordOf(numbered("r", 60), () => enabled(many(3))) },
      (clock) => ({
        before: {
          "ecr:BatchDeleteImage": () => {
            if (isFirst) clock.now += TOO_OLD_MS;
            isFirst = false;
          },
        },
      }),
    );
    expect(simulator.callsOf("ecs:ListClusters")).toHaveLength(2);
    expect(summary).toMatchObject({ complete: true, images: { deleted: 180 } });
  });

  test("is read again, and a signature of an image that is now in use stays in its own repository", async () => {
    const v1 = image("v1");
    const index = old("index", { children: [old("child")] });
    const { account } = await cleanAccount(
      { repositories: { app: enabled([v1]), mixed: enabled([index, signatureOf(v1)]) } },
      (clock) => ({
        before: {
          "ecr:BatchDeleteImage": (account) => {
            clock.now += TOO_OLD_MS;
            use(account, app("v1"));
          },
        },
      }),
    );
    expect(remaining(account, "mixed")).toEqual([tagAbout(v1, "sig")]);
  });

  test("ends the run without further deletions if it cannot be read again", async () => {
    let scans = 0;
    const { account, summary } = await cleanAccount(
      { repositories: { app: enabled(many(1000)), other: enabled([]) } },
      (clock) => ({
        before: {
          "ecr:BatchDeleteImage": () => {
            clock.now += TOO_OLD_MS;
          },
          "ecs:ListClusters": () => {
            scans += 1;
            if (scans > 1) throw new ServiceError("InvalidParameterException", "broken");
          },
        },
      }),
    );
    expect(account.repositories.get("app")?.images.size).toBe(500);
    expect(summary).toMatchObject({
      complete: false,
      repositories: { enabled: 2, notReached: 1, failed: 0 },
      images: { unused: 1000, deleted: 500 },
      failures: expect.arrayContaining([
        expect.objectContaining({
          repository: null,
          message: expect.stringContaining("ecs:ListClusters"),
        }),
      ]),
    });
  });
});

test("evidence that takes more than ten minutes to read ends the run before any deletion", async () => {
  const { account, summary } = await cleanAccount(
    { repositories: { app: enabled(many(3)) } },
    (clock) => ({
      before: {
        "lambda:ListFunctions": () => {
          clock.now += TOO_OLD_MS;
        },
      },
    }),
  );
  expect(remaining(account, "app")).toHaveLength(3);
  expect(summary.failures).toEqual([
    expect.objectContaining({ message: expect.stringContaining("longer than 10 minutes") }),
  ]);
});
