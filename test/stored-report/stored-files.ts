import { gunzipSync } from "node:zlib";

import type { ImageRecord } from "../../src/records/image-record.ts";
import type { Summary } from "../../src/report/summary.ts";
import { dataIn } from "../html-report/page-data.ts";
import type { Account } from "../simulator/account.ts";
import type { SimulatedObject } from "../simulator/services/s3/state.ts";

/** The only bucket. */
export const BUCKET = "nights";
export const STORE = `s3://${BUCKET}/cleaner`;
/** Where the reports of the simulated registry are. */
export const REPORTS = `${STORE}/reports/123456789012/eu-west-1`;

/** The objects of a report in the bucket by their places, the others left out. */
export function reportsIn({ buckets }: Account) {
  const objects = [...(buckets.get(BUCKET)?.objects ?? [])];
  return new Map<string, SimulatedObject>(
    objects
      .map(([key, object]) => [`s3://${BUCKET}/${key}`, object] as const)
      .filter(([place]) => place.includes("/reports/")),
  );
}

/** What the files of a summary's report contain; nothing of a file that is not there. */
export function reportOf(account: Account, { report }: Pick<Summary, "report">) {
  const objects = reportsIn(account);
  const bytesOf = (place: string | null | undefined) => objects.get(place ?? "")?.bytes;
  const textOf = (place: string | null | undefined) => bytesOf(place)?.toString();
  const [page, summary, plan] = [
    textOf(report?.page),
    textOf(report?.summary),
    bytesOf(report?.plan),
  ];
  return {
    page: page === undefined ? undefined : dataIn(page),
    summary: summary === undefined ? undefined : (JSON.parse(summary) as Summary),
    plan: plan === undefined ? undefined : recordsIn(plan),
  };
}

function recordsIn(plan: Buffer): ImageRecord[] {
  const lines = gunzipSync(plan).toString().split("\n").slice(0, -1);
  return lines.map((line): ImageRecord => JSON.parse(line));
}
