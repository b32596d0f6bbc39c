import { describe, expect, test } from "vitest";

import { many, untagged } from "../accounts.ts";
import { runAccount } from "../make-run.ts";
import { enabled, image, old, remaining } from "../simulator/account.ts";

describe("retention rules", () => {
  test.for([
    { tags: {}, left: ["v4"] },
    { tags: { BoxCleanerKeepCount: "3" }, left: ["v2", "v3", "v4"] },
    { tags: { BoxCleanerKeepTags: "v1 release-" }, left: ["release-0", "v0", "v1", "v4"] },
    { tags: { BoxCleanerKeepPulledDays: "10" }, left: ["v3", "v4"] },
    { tags: { BoxCleanerKeepDays: "75" }, left: ["v3", "v4"] },
    {
      tags: { BoxCleanerKeepCount: "all" },
      left: ["release-0", "v0", "v1", "v2", "v3", "v4"],
    },
  ])("in the tags $tags keep $left", async ({ tags, left }) => {
    const images = [
      old("v0", { tags: "v0 release-0", ageDays: 100 }),
      old("v1", { ageDays: 90 }),
      old("v2", { ageDays: 80 }),
      { ...old("v3", { ageDays: 70 }), lastPulledAt: new Date(Date.now() - 5 * 86_400_000) },
      image("v4"),
    ];
    const { account } = await runAccount({ repositories: { app: enabled(images, tags) } });
    expect(remaining(account, "app")).toEqual(left);
  });

  test("come from the environment unless the tags of a repository override them", async () => {
    const { account, summary } = await runAccount(
      {
        repositories: {
          byDefault: enabled(many(5)),
          byTag: enabled(many(5), { BoxCleanerKeepCount: "1" }),
        },
      },
      {},
      { DEFAULT_KEEP_COUNT: "2" },
    );
    expect(account.repositories.get("byDefault")?.images.size).toBe(2);
    expect(account.repositories.get("byTag")?.images.size).toBe(1);
    expect(summary.images.kept).toEqual({ newest: 3 });
  });

  test("keep a recently pulled index without reading it, and ECR refuses to delete its children", async () => {
    const child = untagged("child");
    const index = { ...old("multi", { children: [child] }), lastPulledAt: new Date() };
    const { account, simulator, summary } = await runAccount(
      { repositories: { app: enabled([child, index, old("v1")]) } },
      {},
      { DEFAULT_KEEP_PULLED_DAYS: "7" },
    );
    expect(account.repositories.get("app")?.images.size).toBe(2);
    expect(summary.images).toMatchObject({ deleted: 1, refused: 1, failed: 0 });
    // This call only checks the permission.
    expect(simulator.callsOf("ecr:BatchGetImage")).toHaveLength(1);
  });
});

describe("a real run", () => {
  test("applies the keep-days of each repository", async () => {
    const images = () => [image("d10", { ageDays: 10 }), image("d50", { ageDays: 50 })];
    const { account, exitCode, summary, entries } = await runAccount(
      {
        repositories: {
          "keeps-default": enabled(images()),
          "keeps-more": enabled(images(), { BoxCleanerKeepDays: "60" }),
          "keeps-less": enabled(images(), { BoxCleanerKeepDays: "5" }),
          "keeps-typo": enabled(images(), { BoxCleanerKeepDays: "5 days" }),
        },
      },
      {},
      { DEFAULT_KEEP_DAYS: "20" },
    );
    expect(exitCode).toBe(0);
    expect(remaining(account, "keeps-default")).toEqual(["d10"]);
    expect(remaining(account, "keeps-more")).toEqual(["d10", "d50"]);
    expect(remaining(account, "keeps-less")).toEqual([]);
    expect(remaining(account, "keeps-typo")).toEqual(["d10", "d50"]);
    expect(summary.repositories).toMatchObject({ enabled: 4, cleaned: 3, skipped: 1 });
    expect(entries).toContainEqual(
      expect.objectContaining({
        level: "WARN",
        repository: "keeps-typo",
        reason: expect.stringContaining('"5 days"'),
      }),
    );
  });
});
