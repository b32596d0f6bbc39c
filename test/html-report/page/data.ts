import type { ImageRow, ReportData } from "../../../src/html-report/report-data.ts";
import { summarize } from "../../../src/report/summary.ts";
import { parseConfig } from "../../../src/settings/config.ts";

const { config } = parseConfig({});

/** The data of a report with some images of the repositories `api` and `web`. */
export function dataWith(...images: readonly ImageRow[]): ReportData {
  return {
    madeAt: Date.UTC(2026, 10, 25),
    version: "1.0.0",
    region: "eu-west-1",
    account: "123456789012",
    pricePerGBMonth: 0.1,
    settings: [],
    onlyRepositories: null,
    neverRead: [],
    summary: summarize({
      config,
      durationMs: 1,
      isOutOfTime: false,
      evidence: undefined,
      passedOver: [],
      registry: undefined,
      isCounted: true,
      outcomes: [],
      failures: [],
      storeFailures: [],
    }),
    repositories: ["api", "web"].map((repository) => ({
      repository,
      status: "cleaned",
      note: null,
      unused: { images: 0, bytes: 0 },
      settings: {},
    })),
    images,
  };
}
