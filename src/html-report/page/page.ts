import prettyBytes from "pretty-bytes";

import { countKept, formatKeptReasons } from "../../report/kept.ts";
import { formatMonthlyPrice } from "../../report/price.ts";
import type { ReportData } from "../report-data.ts";
import { drawAges } from "./ages.ts";
import { element } from "./element.ts";
import { showImages } from "./images.ts";
import { drawRepositories } from "./repositories.ts";

const data: ReportData = JSON.parse(element("data").textContent);
const { summary } = data;

function showSubtitle(): void {
  const kind = summary.dryRun ? "Dry run: nothing was deleted" : "Real run";
  const madeAt = new Date(data.madeAt).toLocaleString();
  const seconds = (summary.durationMs / 1000).toFixed(1);
  element("subtitle").textContent = `${kind} · ${madeAt} · took ${seconds} s`;
}

function showWarning(): void {
  const texts = [
    ...(summary.complete ? [] : ["The run ended before its end: this is not everything."]),
    ...(summary.inUse.evidence === "original"
      ? [
          "By IN_USE_EVIDENCE=original, tasks, pinned digests of services and the content of indexes were not looked at.",
        ]
      : []),
    ...summary.inUse.sources.flatMap(({ blindSpots }) =>
      blindSpots.map((text) => `Images not known: ${text}.`),
    ),
    ...summary.failures.flatMap(({ repository, message }) =>
      repository === null ? [message] : [],
    ),
  ];
  const warning = element("warning");
  warning.hidden = texts.length === 0;
  warning.textContent = texts.join(" ");
}

function showTotals(): void {
  const { images, bytes, inUse, repositories } = summary;
  const price = (size: number) => formatMonthlyPrice(size, data.pricePerGBMonth);
  const totals: [name: string, value: string, note: string][] = [
    ["Images", images.total.toLocaleString("en"), `up to ${prettyBytes(bytes.total)}`],
    [
      "Unused",
      images.unused.toLocaleString("en"),
      `up to ${prettyBytes(bytes.unused)}, ${price(bytes.unused)}`,
    ],
    ...(summary.dryRun
      ? []
      : ([
          [
            "Deleted",
            images.deleted.toLocaleString("en"),
            `up to ${prettyBytes(bytes.deleted)}, ${price(bytes.deleted)}`,
          ],
        ] satisfies [string, string, string][])),
    ["Kept", countKept(summary).toLocaleString("en"), formatKeptReasons(summary)],
    [
      "Repositories",
      repositories.enabled.toLocaleString("en"),
      `${repositories.skipped} skipped, ${repositories.failed} failed`,
    ],
    [
      "References in use",
      inUse.references.toLocaleString("en"),
      inUse.sources.map(({ name }) => name).join(", "),
    ],
  ];
  element("totals").append(
    ...totals.map(([name, value, note]) => {
      const list = document.createElement("dl");
      const term = document.createElement("dt");
      const description = document.createElement("dd");
      const small = document.createElement("small");
      term.textContent = name;
      description.textContent = value;
      small.textContent = note;
      description.append(small);
      list.append(term, description);
      return list;
    }),
  );
}

function showNotes(): void {
  const notes = data.repositories.flatMap(({ repository, status, note }) =>
    note === null ? [] : [`${repository} ${status}: ${note}`],
  );
  element("notes-section").hidden = notes.length === 0;
  element("notes").append(
    ...notes.map((note) => {
      const item = document.createElement("li");
      item.textContent = note;
      return item;
    }),
  );
}

/** Charts are drawn on canvas, which styles do not reach: they are drawn again in the colours of each scheme. */
function drawCharts(): () => void {
  const charts = [drawRepositories(data), drawAges(data)];
  return () => {
    for (const chart of charts) chart.destroy();
  };
}

showSubtitle();
showWarning();
showTotals();
showNotes();
showImages(data);
let clear = drawCharts();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  clear();
  clear = drawCharts();
});
