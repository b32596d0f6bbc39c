import { expect, test } from "vitest";

import type { RepositoryOutcome } from "../../src/report/outcome.ts";
import { progress } from "../../src/terminal/progress.ts";

const READ = { status: "complete", references: 1, blindSpots: [] } as const;

test("progress shows the counts of a run in one line", () => {
  const shown: string[] = [];
  const observer = progress((line) => shown.push(line));
  observer.onStart?.({ region: "eu-west-1", credentials: "", sources: ["ECS", "Lambda", "Batch"] });
  observer.onRepositories?.(2);
  observer.onReading?.("ECS", "services", 1234);
  observer.onScanned?.({ id: "ecs", name: "ECS", ...READ });
  observer.onScanned?.({ id: "lambda", name: "Lambda", ...READ });
  void observer.onOutcome?.({} as RepositoryOutcome, true);
  observer.onDeleted?.(1234);
  expect(shown).toEqual([
    "Listing repositories",
    "Reading what is in use",
    "Reading what is in use, 1,234 ECS services",
    "1 of 3 sources read, 1,234 ECS services",
    "2 of 3 sources read, 1,234 ECS services",
    "1 of 2 repositories, 0 images seen",
    "1 of 2 repositories, 0 images seen, 1,234 deleted",
  ]);
});

test("progress counts accounts and Regions if a run reads several", () => {
  const shown: string[] = [];
  const observer = progress((line) => shown.push(line));
  observer.onRepositories?.(2);
  observer.onPlaceRead?.(1, 8);
  observer.onPlaceRead?.(2, 8);
  expect(shown.slice(-2)).toEqual([
    "1 of 8 accounts and Regions read",
    "2 of 8 accounts and Regions read",
  ]);
});
