import picocolors from "picocolors";
import { describe, expect, test } from "vitest";

import { parseConfig } from "../../src/settings/config.ts";
import { InUseImages } from "../../src/in-use/evidence.ts";
import type { RepositoryOutcome } from "../../src/report/outcome.ts";
import { type RunRecord, summarize } from "../../src/report/summary.ts";
import { renderReport } from "../../src/terminal/report.ts";
import { run } from "../make-run.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { shop } from "./shop.ts";

const NONE = { images: 0, bytes: 0 };
const outcome = (
  repository: string,
  parts: Partial<RepositoryOutcome> = {},
): RepositoryOutcome => ({
  repository,
  status: "cleaned",
  total: NONE,
  unused: NONE,
  heldBack: NONE,
  deleted: NONE,
  kept: {},
  unconfirmed: 0,
  refused: 0,
  failed: 0,
  failures: [],
  durationMs: 1,
  ...parts,
});

const web = outcome("web", {
  total: { images: 1200, bytes: 12_000_000_000 },
  unused: { images: 1000, bytes: 9_000_000_000 },
  kept: { "too-young": 150, "in-use": 50 },
});
const api = outcome("api", {
  total: { images: 3, bytes: 3_000_000 },
  unused: { images: 1, bytes: 1_000_000 },
  kept: { "too-young": 2 },
});

const { config } = parseConfig({});
const inUse = new InUseImages();
inUse.add("123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:v1", "a service");
const LOOK = { colors: picocolors.createColors(false), config, isPreview: false };

function render(outcomes: RepositoryOutcome[], record: Partial<RunRecord> = {}): string {
  const sources = [
    { id: "ecs", name: "ECS", status: "complete" as const, references: 1234, blindSpots: [] },
    {
      id: "app-runner",
      name: "App Runner",
      status: "not-available" as const,
      references: 0,
      blindSpots: [],
    },
  ];
  const full: RunRecord = {
    config,
    durationMs: 5,
    isOutOfTime: false,
    evidence: { images: inUse, sources, startedAt: 0, durationMs: 5 },
    registry: "123456789012/eu-west-1",
    isCounted: true,
    outcomes,
    failures: [],
    ...record,
  };
  return renderReport(summarize(full), outcomes, LOOK);
}

describe("the report", () => {
  test("of a dry run shows what a real run would delete, the largest amount first", () => {
    expect(render([api, web])).toMatchInlineSnapshot(`
      "Repository   Images    Size   Unused   Size   Kept   Size
      ──────────────────────────────────────────────────────────────────
      web           1,200   12 GB    1,000   9 GB    200   3 GB
      api               3    3 MB        1   1 MB      2   2 MB
      Total         1,203   12 GB    1,001   9 GB    202   3 GB

      Kept, by reason:  152 too-young, 50 in-use
      References seen:  ECS 1,234
      Not in this Region: App Runner

      Dry run: nothing was deleted. A real run would delete 1,001 images, up to 9 GB ($0.90 a month).
      To delete, add --delete, or set DRY_RUN=false.
      "
    `);
  });

  test("names what nobody can know the images of", () => {
    const blindSpots = Array.from({ length: 12 }, (_, i) => `machine ${i} chooses an image`);
    const sources = [
      {
        id: "step-functions",
        name: "Step Functions",
        status: "complete",
        references: 0,
        blindSpots,
      },
    ] as const;
    const text = render([api], {
      evidence: { images: inUse, sources, startedAt: 0, durationMs: 5 },
    });
    expect(text).toContain("Images not known:  machine 9 chooses an image\n");
    expect(text).toContain("Images not known:  2 more in the log\n");
    expect(text).not.toContain("machine 10");
  });

  test("of a real run shows the deleted and the refused images", () => {
    const cleaned = {
      ...web,
      deleted: { images: 996, bytes: 8_900_000_000 },
      refused: 3,
      failed: 1,
    };
    expect(render([cleaned], { config: { ...config, dryRun: false } })).toMatchInlineSnapshot(`
      "Repository   Images    Size   Unused   Size   Deleted     Size   Left     Size
      ─────────────────────────────────────────────────────────────────────────────────────────
      web           1,200   12 GB    1,000   9 GB       996   8.9 GB    204   3.1 GB
      Total         1,200   12 GB    1,000   9 GB       996   8.9 GB    204   3.1 GB

      Kept, by reason:  150 too-young, 50 in-use
      References seen:  ECS 1,234
      Not in this Region: App Runner

      Deleted 996 images, up to 8.9 GB ($0.89 a month); ECR kept 3 images; 1 image could not be deleted.
      "
    `);
  });

  test("names the skipped and the failed repositories", () => {
    const text = render([
      outcome("a", { status: "skipped", note: "wrong tag" }),
      outcome("b", { status: "failed", note: "denied" }),
    ]);
    expect(text).toContain("a skipped: wrong tag\nb failed: denied\n");
  });

  test("of a run that ended early names the failure", () => {
    const failure = { repository: null, image: null, code: "X", message: "no permission" };
    expect(render([], { failures: [failure] })).toBe(
      "Failed: no permission\n\nDry run: nothing was deleted.\nThe run ended early.\n",
    );
  });

  test("says if a run read only the evidence of the original", () => {
    expect(render([web])).not.toContain("IN_USE_EVIDENCE");
    expect(render([web], { config: { ...config, evidence: "original" } })).toContain(
      "Not read, by IN_USE_EVIDENCE=original: tasks, pinned digests of services,",
    );
  });

  test("of a run that ended early counts the repositories that were not processed", () => {
    const started = outcome("b", { status: "not-reached" });
    expect(render([web, started], { isOutOfTime: true })).toContain(
      "\nThe run ended early. 1 repository not processed.\n",
    );
    expect(render([started], { isOutOfTime: true })).toMatch(/\nThe run ended early\. .*\n$/);
  });

  test("of a dry run without images in use says that a real run would refuse to delete", () => {
    const evidence = { images: new InUseImages(), sources: [], startedAt: 0, durationMs: 0 };
    expect(render([web], { evidence })).toContain("is this the right Region and role?");
    expect(render([web])).not.toContain("is this the right Region and role?");
  });

  test("says if there is nothing to delete", () => {
    const clean = outcome("api", { total: api.total, kept: { "in-use": 3 } });
    expect(render([clean])).toContain(
      "Every image is young or kept for a reason: nothing to delete.",
    );
  });
});

test("the report names MAX_DELETIONS before and after a deletion", async () => {
  await using simulator = await startSimulator(shop());
  const settings = { MAX_DELETIONS: "1", CONCURRENCY: "1" };
  expect((await run(simulator, [], settings)).stdout).toContain(
    "would delete 2 images, up to 200 MB ($0.02 a month), 1 image a run (MAX_DELETIONS).",
  );
  expect((await run(simulator, ["--delete", "--yes"], settings)).stdout).toContain(
    "The run ended early: MAX_DELETIONS is reached. 1 repository not processed.",
  );
});
