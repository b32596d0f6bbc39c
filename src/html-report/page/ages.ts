import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  Tooltip,
} from "chart.js";

import type { ReportData } from "../report-data.ts";
import { chartSurface } from "./element.ts";

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, Tooltip);

const DAY_MS = 86_400_000;

/** Upper ends in days, both of the bar and of its label. */
const BARS: readonly [days: number, label: string][] = [
  [7, "week"],
  [30, "30 days"],
  [90, "90 days"],
  [180, "half a year"],
  [365, "year"],
  [730, "2 years"],
  [Infinity, "older"],
];
const UNKNOWN = "unknown";

/** Draws how many images there are of which age, unused and kept ones apart. */
export function drawAges({ images, madeAt }: ReportData): Chart {
  const { canvas, colors } = chartSurface("by-age");
  const labels = [...BARS.map(([, label]) => label), UNKNOWN];
  const counts = { kept: labels.map(() => 0), unused: labels.map(() => 0) };
  for (const [, , , pushedAt, , verdict] of images) {
    const days = pushedAt === null ? Number.NaN : (madeAt - pushedAt) / DAY_MS;
    const found = BARS.findIndex(([end]) => days <= end);
    const bar = found < 0 ? labels.length - 1 : found;
    const list = verdict === "delete" ? counts.unused : counts.kept;
    list[bar] = (list[bar] ?? 0) + 1;
  }
  return new Chart(canvas, {
    type: "bar",
    data: {
      labels,
      datasets: [
        { label: "unused", data: counts.unused, backgroundColor: colors.unused },
        { label: "kept", data: counts.kept, backgroundColor: colors.kept },
      ],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      plugins: { legend: { labels: { color: colors.text, boxWidth: 14 } } },
      scales: {
        x: { stacked: true, grid: { display: false }, ticks: { color: colors.text } },
        y: {
          stacked: true,
          grid: { color: colors.line },
          ticks: { color: colors.muted, precision: 0 },
        },
      },
    },
  });
}
