import picocolors from "picocolors";
import { describe, expect, test } from "vitest";

import { parseConfig } from "../../src/settings/config.ts";
import { InUseImages } from "../../src/in-use/evidence.ts";
import type { RepositoryOutcome } from "../../src/report/outcome.ts";
import { type RunRecord, summarize } from "../../src/report/summary.ts";
import { renderReport } from "../../src/terminal/report.ts";
import { run } from "../make-run.ts";
import { digestOf } from "../simulator/account.ts";
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
const big = { digest: digestOf("v1"), tags: ["v1", "stable"], sizeBytes: 1_500_000_000 };
const inUse = new InUseImages();
inUse.add("123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:v1", "a service");
const LOOK = {
  colors: picocolors.createColors(false),
  config,
  isPreview: false,
  width: 80,
  largest: new Map([["web", [big, { ...big, tags: [], sizeBytes: 9_000_000 }]]]),
};

function render(
  outcomes: RepositoryOutcome[],
  record: Partial<RunRecord> = {},
  width = 80,
): string {
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
    evidence: {
      images: inUse,
      sources,
      places: [{ region: "eu-west-1", sources }],
      lists: [],
      startedAt: 0,
      durationMs: 5,
    },
    passedOver: [],
    registry: "123456789012/eu-west-1",
    isCounted: true,
    outcomes,
    failures: [],
    storeFailures: [],
    ...record,
  };
  return renderReport(summarize(full), outcomes, { ...LOOK, width });
}

describe("the report", () => {
  test("of a dry run shows what a real run would delete, the largest amount first", () => {
    expect(render([api, web])).toMatchInlineSnapshot(`
      "Repository  Images     Size  Unused    Size  Kept    Size
      ─────────────────────────────────────────────────────────
      web          1,200  12.0 GB   1,000  9.0 GB   200  3.0 GB
        largest: v1 (1.5 GB), sha256:3bfc269594ef (9.0 MB)
      api              3   3.0 MB       1  1.0 MB     2  2.0 MB
      Total        1,203  12.0 GB   1,001  9.0 GB   202  3.0 GB

      Kept, by reason:  152 too young, 50 in use
      References seen:  ECS 1,234
      Not in this Region: App Runner

      Dry run: nothing was deleted.
      A real run would delete 1,001 images, up to 9 GB ($0.90 a month).
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
      evidence: { images: inUse, sources, places: [], lists: [], startedAt: 0, durationMs: 5 },
    });
    expect(text).toContain("Images not known: machine 9 chooses an image\n");
    expect(text).toContain("Images not known: 2 more: set BOX_LOG=WARN to see all of them\n");
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
      "Repository  Images     Size  Unused    Size  Deleted    Size  Left    Size
      ──────────────────────────────────────────────────────────────────────────
      web          1,200  12.0 GB   1,000  9.0 GB      996  8.9 GB   204  3.1 GB
        largest: v1 (1.5 GB), sha256:3bfc269594ef (9.0 MB)
      Total        1,200  12.0 GB   1,000  9.0 GB      996  8.9 GB   204  3.1 GB

      Kept, by reason:  150 too young, 50 in use
      References seen:  ECS 1,234
      Not in this Region: App Runner

      Deleted 996 images, up to 8.9 GB ($0.89 a month); ECR kept 3 images; 1 image
      could not be deleted.
      "
    `);
  });

  test("names the skipped and the failed repositories", () => {
    const text = render([
      outcome("a", { status: "skipped", note: "wrong tag" }),
      outcome("b", { status: "failed", note: "denied" }),
    ]);
    expect(text).toContain("  skipped: wrong tag\n");
    expect(text).toContain("  failed: denied\n");
  });

  test("fits into every width from 60 columns on", () => {
    const outcomes = [
      web,
      outcome("shop/a-repository-with-a-name-that-is-longer-than-most", {
        total: { images: 12_345, bytes: 998_000_000_000 },
        unused: { images: 12_345, bytes: 998_000_000_000 },
        kept: { "too-young": 10, "child-of-kept": 9, "referrer-of-kept": 3, newest: 2 },
      }),
      outcome("typo", {
        status: "skipped",
        note: 'Tag BoxCleanerKeepDays is "1 year" and must be a number of days',
      }),
    ];
    const widths = Array.from({ length: 80 }, (_, i) => 60 + i);
    for (const [width, dryRun] of widths.flatMap((each) => [
      [each, true] as const,
      [each, false] as const,
    ])) {
      const text = render(outcomes, { config: { ...config, dryRun } }, width);
      expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(width);
    }
  });

  test("has the same decimals in all sizes of a column", () => {
    const sizes = render([api, web], {}, 200).match(/\d+\.\d [kMGT]B/g) ?? [];
    expect(sizes.length).toBeGreaterThanOrEqual(9);
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
    const evidence = {
      images: new InUseImages(),
      sources: [],
      places: [],
      lists: [],
      startedAt: 0,
      durationMs: 0,
    };
    expect(render([web], { evidence }, 200)).toContain("is this the right Region and role?");
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
