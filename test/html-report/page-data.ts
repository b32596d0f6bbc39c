import type { ReportData } from "../../src/html-report/report-data.ts";

/** What a page shows. */
export function dataIn(html: string): ReportData {
  const json = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(html)?.[1];
  return JSON.parse(json ?? "");
}
