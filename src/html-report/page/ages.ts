import { daysBetween } from "../../plan/age.ts";
import type { ReportData } from "../report-data.ts";
import { create, element } from "./element.ts";

/** Ages by their upper ends in days. */
const AGES: readonly [days: number, label: string][] = [
  [7, "up to a week"],
  [30, "up to 30 days"],
  [90, "up to 90 days"],
  [180, "up to half a year"],
  [365, "up to a year"],
  [730, "up to 2 years"],
  [Infinity, "older"],
];
const UNKNOWN = "unknown";

/** Draws how many images there are of which age, unused and kept ones apart: a table whose rows have a bar. */
export function drawAges({ images, madeAt }: ReportData): void {
  const groups = [...AGES.map(([, label]) => label), UNKNOWN].map((label) => ({
    label,
    unused: 0,
    kept: 0,
  }));
  for (const [, , , pushedAt, , verdict] of images) {
    const days = pushedAt === null ? Number.NaN : daysBetween(pushedAt, madeAt);
    const found = AGES.findIndex(([end]) => days <= end);
    const group = groups.at(found);
    if (group !== undefined) group[verdict === "delete" ? "unused" : "kept"] += 1;
  }
  const longest = Math.max(1, ...groups.map(({ unused, kept }) => unused + kept));
  const part = (kind: "unused" | "kept", count: number) => {
    const bar = create("span", { className: `bar ${kind}` });
    bar.style.width = `${(100 * count) / longest}%`;
    return bar;
  };
  element("by-age").append(
    ...groups
      .filter(({ label, unused, kept }) => label !== UNKNOWN || unused + kept > 0)
      .map(({ label, unused, kept }) =>
        create(
          "tr",
          {},
          create("th", { scope: "row" }, label),
          create("td", {}, unused.toLocaleString("en")),
          create("td", {}, kept.toLocaleString("en")),
          create(
            "td",
            { className: "bars", ariaHidden: "true" },
            part("unused", unused),
            part("kept", kept),
          ),
        ),
      ),
  );
}
