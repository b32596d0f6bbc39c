import { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip } from "chart.js";
import prettyBytes from "pretty-bytes";

import type { ReportData } from "../report-data.ts";
import { chartSurface } from "./element.ts";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

/** How many repositories the chart has room for. */
const MOST = 15;

/** Draws the repositories with the most to delete, the largest first. */
export function drawRepositories({ repositories }: ReportData): Chart {
  const { canvas, colors } = chartSurface("by-repository");
  const largest = repositories
    .filter(({ unused }) => unused.bytes > 0)
    .toSorted((a, b) => b.unused.bytes - a.unused.bytes)
    .slice(0, MOST);
  return new Chart(canvas, {
    type: "bar",
    data: {
      labels: largest.map(({ repository }) => repository),
      datasets: [
        { data: largest.map(({ unused }) => unused.bytes), backgroundColor: colors.unused },
      ],
    },
    options: {
      indexAxis: "y",
      animation: false,
      maintainAspectRatio: false,
      plugins: {
        legend: { display: false },
        tooltip: { callbacks: { label: ({ parsed }) => prettyBytes(parsed.x ?? 0) } },
      },
      scales: {
        x: {
          grid: { color: colors.line },
          ticks: {
            color: colors.muted,
            maxTicksLimit: 6,
            callback: (bytes) => prettyBytes(Number(bytes)),
          },
        },
        y: { grid: { display: false }, ticks: { color: colors.text, autoSkip: false } },
      },
    },
  });
}
