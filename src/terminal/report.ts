import Table from "cli-table3";
import prettyBytes from "pretty-bytes";

import { type Amount, type RepositoryOutcome, addAmounts, subtract } from "../report/outcome.ts";
import type { Summary } from "../report/summary.ts";

/** The report of a run as people read it at a terminal: what each repository holds, what of it goes, and why. */
export function renderReport(summary: Summary, outcomes: readonly RepositoryOutcome[]): string {
  const paragraphs = [
    renderTable(outcomes, summary.dryRun),
    renderNotes(summary, outcomes),
    renderReasons(summary),
    renderConclusion(summary),
  ];
  return `${paragraphs.filter((text) => text !== "").join("\n\n")}\n`;
}

interface Column {
  readonly head: string;
  readonly amountOf: (outcome: RepositoryOutcome) => Amount;
}

const IMAGES: Column = { head: "Images", amountOf: ({ total }) => total };
const UNUSED: Column = { head: "Unused", amountOf: ({ unused }) => unused };
const DELETED: Column = { head: "Deleted", amountOf: ({ deleted }) => deleted };
const KEPT: Column = { head: "Kept", amountOf: ({ total, unused }) => subtract(total, unused) };
const LEFT: Column = { head: "Left", amountOf: ({ total, deleted }) => subtract(total, deleted) };

/** No lines but one under the head: what people scan is the columns. */
const NO_BORDERS = Object.fromEntries(
  (
    "top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right " +
    "left left-mid right right-mid middle"
  )
    .split(" ")
    .map((border) => [border, ""]),
);

function renderTable(outcomes: readonly RepositoryOutcome[], dryRun: boolean): string {
  if (outcomes.length === 0) return "";
  const columns = dryRun ? [IMAGES, UNUSED, KEPT] : [IMAGES, UNUSED, DELETED, LEFT];
  const table = new Table({
    head: ["Repository", ...columns.flatMap(({ head }) => [head, "Size"])],
    colAligns: ["left", ...columns.flatMap(() => ["right", "right"] as const)],
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 3 },
    chars: { ...NO_BORDERS, mid: "─", "mid-mid": "─" },
  });

  const rowOf = (name: string, group: readonly RepositoryOutcome[]): string[] => [
    name,
    ...columns.flatMap(({ amountOf }) => {
      const { images, bytes } = addAmounts(group.map(amountOf));
      return [images.toLocaleString("en"), prettyBytes(bytes)];
    }),
  ];
  for (const outcome of outcomes.toSorted(mostReclaimableFirst)) {
    if (outcome.status === "skipped") continue;
    table.push(rowOf(outcome.repository, [outcome]));
  }
  table.push(rowOf("Total", outcomes));
  return table.toString().replaceAll(/ +$/gm, "");
}

function mostReclaimableFirst(a: RepositoryOutcome, b: RepositoryOutcome): number {
  return b.unused.bytes - a.unused.bytes || (a.repository < b.repository ? -1 : 1);
}

/** What went otherwise than planned: repositories that were skipped or failed, and what ended the run. */
function renderNotes(summary: Summary, outcomes: readonly RepositoryOutcome[]): string {
  const ofRepositories = outcomes.flatMap(({ repository, status, note }) =>
    note === undefined ? [] : [`${repository} was ${status}: ${note}`],
  );
  const ofRun = summary.failures.flatMap(({ repository, message }) =>
    repository === null ? [`Failed: ${message}`] : [],
  );
  return [...ofRepositories, ...ofRun].join("\n");
}

function renderReasons({ images, inUse }: Summary): string {
  if (images.total === 0) return "";
  const reasons = Object.entries(images.kept).toSorted(([, a], [, b]) => b - a);
  const kept = reasons.map(([reason, count]) => `${count.toLocaleString("en")} ${reason}`);
  const sources = inUse.sources.map(({ name, status, references }) =>
    status === "complete" ? `${name} ${references.toLocaleString("en")}` : `${name} ${status}`,
  );
  return [
    `Kept, by reason:  ${kept.join(", ") || "none"}`,
    `References seen:  ${sources.join(", ")}`,
    ...(inUse.evidence === "original" ? [ORIGINAL_EVIDENCE] : []),
  ].join("\n");
}

const ORIGINAL_EVIDENCE =
  "Not looked at, by IN_USE_EVIDENCE=original: tasks, pinned digests of services, the content of indexes.";

function renderConclusion({ complete, dryRun, images, bytes, repositories }: Summary): string {
  const unused = `${countImages(images.unused)}, up to ${prettyBytes(bytes.unused)}`;
  if (!complete) return "The run ended early.";
  if (repositories.enabled === 0)
    return "No repository is tagged BoxCleanerEnabled=true: nothing to do.";
  if (images.unused === 0) return "Every image is young or in use: nothing to delete.";
  if (dryRun)
    return `Dry run: nothing was deleted. With DRY_RUN=false this run would delete ${unused}.`;
  const rest = [
    ...(images.refused > 0 ? [`ECR kept ${countImages(images.refused)}`] : []),
    ...(images.failed > 0 ? [`${countImages(images.failed)} could not be deleted`] : []),
  ];
  const deleted = `Deleted ${countImages(images.deleted)}, up to ${prettyBytes(bytes.deleted)}`;
  return [deleted, ...rest].join("; ") + ".";
}

function countImages(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "image" : "images"}`;
}
