import type { ReportData } from "../report-data.ts";
import { create } from "./element.ts";

/** Saves a text, given in parts, as a file named after the run. */
export function download(
  { account, region, madeAt }: ReportData,
  extension: "csv" | "json",
  parts: Iterable<string>,
): void {
  const day = new Date(madeAt).toISOString().slice(0, 10);
  const names = ["ecr-images", ...(account === null ? [] : [account]), region, day];
  const type = extension === "csv" ? "text/csv" : "application/json";
  const href = URL.createObjectURL(new Blob([...parts], { type: `${type};charset=utf-8` }));
  create("a", { href, download: `${names.join("-")}.${extension}` }).click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
