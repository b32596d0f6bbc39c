import { describe, expect, test } from "vitest";

import { app, many, numbered, recordOf, use } from "../accounts.ts";
import { cleanAccount } from "../make-run.ts";
import { enabled, remaining } from "../simulator/account.ts";
import { ServiceError } from "../simulator/operation.ts";

const MINUTE = 60_000;

describe("evidence older than ten minutes", () => {
  test("is read again before more is deleted, and what became used meanwhile stays", async () => {
    let deletions = 0;
    const { account, simulator, summary } = await cleanAccount(
      // Five batches of 100 are under way at once.
      { repositories: { app: enabled(many(1000)) } },
      (clock) => ({
        before: {
          "ecr:BatchDeleteImage": (account) => {
            deletions += 1;
            if (deletions > 1) return;
            clock.now += 11 * MINUTE;
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

  test("is read once for all repositories that wait for it", async () => {
    let isFirst = true;
    const { simulator, summary } = await cleanAccount(
      { repositories: recordOf(numbered("r", 20), () => enabled(many(3))) },
      (clock) => ({
        before: {
          "ecr:BatchDeleteImage": () => {
            if (isFirst) clock.now += 11 * MINUTE;
            isFirst = false;
          },
        },
      }),
    );
    expect(simulator.callsOf("ecs:ListClusters")).toHaveLength(2);
    expect(summary).toMatchObject({ complete: true, images: { deleted: 60 } });
  });

  test("ends the run if it cannot be read again, with nothing more deleted", async () => {
    let scans = 0;
    const { account, summary } = await cleanAccount(
      { repositories: { app: enabled(many(1000)), other: enabled([]) } },
      (clock) => ({
        before: {
          "ecr:BatchDeleteImage": () => {
            clock.now += 11 * MINUTE;
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
      failures: [{ repository: null, message: expect.stringContaining("ecs:ListClusters") }],
    });
  });

  test("ends the run if reading takes longer than it may be used", async () => {
    const { account, summary } = await cleanAccount(
      { repositories: { app: enabled(many(3)) } },
      (clock) => ({
        before: {
          "lambda:ListFunctions": () => {
            clock.now += 11 * MINUTE;
          },
        },
      }),
    );
    expect(remaining(account, "app")).toHaveLength(3);
    expect(summary.failures).toEqual([
      expect.objectContaining({ message: expect.stringContaining("longer than the 10 minutes") }),
    ]);
  });
});
