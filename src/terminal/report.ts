import Table from "cli-table3";
import type { Colors } from "picocolors/types.ts";
import prettyBytes from "pretty-bytes";

import type { Plan } from "../plan/plan.ts";
import { formatKeptReasons } from "../report/kept.ts";
import { type Amount, type RepositoryOutcome, addAmounts, subtract } from "../report/outcome.ts";
import { formatMonthlyPrice } from "../report/price.ts";
import type { Summary } from "../report/summary.ts";
import type { RunResult } from "../run/run.ts";
import type { Config } from "../settings/config.ts";
import { printable } from "./printable.ts";

/** What a report needs beside the result. */
export interface Look {
  readonly colors: Colors;
  readonly config: Config;
  /** Whether the question follows: then the report need not say how to delete. */
  readonly isPreview: boolean;
}

/** The report of a run as people read it at a terminal: the size of each repository, what is deleted, and why. */
export function renderReport(
  summary: Summary,
  outcomes: readonly RepositoryOutcome[],
  look: Look,
): string {
  const paragraphs = [
    renderTable(outcomes, summary.dryRun, look.colors),
    renderNotes(summary, outcomes, look.colors),
    renderReasons(summary, look.colors),
    renderConclusion(summary, look),
  ];
  return `${paragraphs.filter((text) => text !== "").join("\n\n")}\n`;
}

/** The question before a deletion: how much, and where. */
export function renderQuestion(
  { summary, outcomes }: RunResult,
  plans: ReadonlyMap<string, Plan>,
): string {
  const { images, bytes } = summary;
  const repositories = outcomes.filter(({ unused }) => unused.images > 0);
  const places = repositories.flatMap(({ repository }) => {
    const at = plans.get(repository)?.repository;
    return at === undefined ? [] : [`${at.registryId}, ${at.region}`];
  });
  const count = `${repositories.length} ${repositories.length === 1 ? "repository" : "repositories"}`;
  return (
    `Delete ${countImages(images.unused)} (up to ${prettyBytes(bytes.unused)}) from ${count} in ` +
    `${[...new Set(places)].join("; ")}? [y/N] `
  );
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

function renderTable(
  outcomes: readonly RepositoryOutcome[],
  dryRun: boolean,
  colors: Colors,
): string {
  const shown = outcomes.filter(({ status }) => status !== "skipped");
  if (shown.length === 0) return "";
  const columns = dryRun ? [IMAGES, UNUSED, KEPT] : [IMAGES, UNUSED, DELETED, LEFT];
  const head = ["Repository", ...columns.flatMap((column) => [column.head, "Size"])];
  const table = new Table({
    head: head.map((text) => colors.bold(text)),
    colAligns: ["left", ...columns.flatMap(() => ["right", "right"] as const)],
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 3 },
    chars: { ...NO_BORDERS, mid: "─", "mid-mid": "─" },
  });

  const rowOf = (name: string, group: readonly RepositoryOutcome[]): string[] => [
    name,
    ...columns.flatMap((column) => {
      const { images, bytes } = addAmounts(group.map(column.amountOf));
      const color = column === UNUSED && images > 0 ? colors.yellow : String;
      return [color(images.toLocaleString("en")), color(prettyBytes(bytes))];
    }),
  ];
  for (const outcome of shown.toSorted(mostReclaimableFirst)) {
    table.push(rowOf(printable(outcome.repository), [outcome]));
  }
  table.push(rowOf("Total", shown).map((text) => colors.bold(text)));
  return table.toString().replaceAll(/ +$/gm, "");
}

function mostReclaimableFirst(a: RepositoryOutcome, b: RepositoryOutcome): number {
  return b.unused.bytes - a.unused.bytes || (a.repository < b.repository ? -1 : 1);
}

/** What went otherwise than planned: repositories that were skipped or failed, and what ended the run. */
function renderNotes(
  summary: Summary,
  outcomes: readonly RepositoryOutcome[],
  colors: Colors,
): string {
  const ofRepositories = outcomes.flatMap(({ repository, status, note }) => {
    if (note === undefined) return [];
    const color = status === "failed" ? colors.red : colors.yellow;
    return [`${color(`${printable(repository)} ${status}`)}: ${printable(note)}`];
  });
  const ofRun = summary.failures.flatMap(({ repository, message }) =>
    repository === null ? [`${colors.red("Failed")}: ${printable(message)}`] : [],
  );
  return [...ofRepositories, ...ofRun].join("\n");
}

function renderReasons(summary: Summary, colors: Colors): string {
  const { images, inUse } = summary;
  if (images.total === 0) return "";
  return [
    `Kept, by reason:  ${formatKeptReasons(summary) || "none"}`,
    ...renderSources(summary),
    ...(inUse.leftOut.length > 0
      ? [colors.yellow(`Sources not read:  ${inUse.leftOut.join(", ")}`)]
      : []),
    ...(inUse.evidence === "original" ? [colors.yellow(ORIGINAL_EVIDENCE)] : []),
    ...renderBlindSpots(summary, colors),
  ].join("\n");
}

/** Where references were found, and where there are none. */
function renderSources({ inUse: { sources } }: Summary): string[] {
  const found = sources.filter(({ references }) => references > 0);
  const empty = sources.filter(
    ({ status, references }) => status === "complete" && references === 0,
  );
  const missing = sources.filter(({ status }) => status === "not-available");
  const namesOf = (group: typeof sources) => group.map(({ name }) => name).join(", ");
  const counts = found.map(({ name, references }) => `${name} ${references.toLocaleString("en")}`);
  return [
    `References seen:  ${counts.join(", ") || "none"}`,
    ...(empty.length > 0 ? [`Nothing found in: ${namesOf(empty)}`] : []),
    ...(missing.length > 0 ? [`Not in this Region: ${namesOf(missing)}`] : []),
  ];
}

/** What the sources found and cannot know the images of. */
function renderBlindSpots({ inUse }: Summary, colors: Colors): string[] {
  const blindSpots = inUse.sources.flatMap((source) => source.blindSpots);
  const more = blindSpots.length - MAX_BLIND_SPOTS;
  return [
    ...blindSpots.slice(0, MAX_BLIND_SPOTS),
    ...(more > 0 ? [`${more} more in the log`] : []),
  ].map((text) => colors.yellow(`Images not known:  ${printable(text)}`));
}

/** How many blind spots the report names. */
const MAX_BLIND_SPOTS = 10;

const ORIGINAL_EVIDENCE =
  "Not read, by IN_USE_EVIDENCE=original: tasks, pinned digests of services, the content of indexes.";

function renderConclusion(summary: Summary, look: Look): string {
  const { complete, dryRun, images, repositories } = summary;
  if (complete && repositories.enabled === 0) {
    return look.config.repositories === undefined ? NOTHING_ENABLED : NONE_OF_THOSE_ENABLED;
  }
  const held = renderHeldBack(summary, look);
  if (complete && images.unused === 0) return held === "" ? NOTHING_UNUSED : held;
  const result = dryRun ? renderDryRun(summary, look) : renderDeletion(summary, look);
  const ending = complete ? [] : [look.colors.yellow(renderEarlyEnd(summary, look))];
  return [...result, ...(held === "" ? [] : [held]), ...ending].join("\n");
}

/** What a guard rail keeps, and how to change that. */
function renderHeldBack({ images }: Summary, { colors }: Look): string {
  if (images.heldBack === 0) return "";
  return colors.yellow(
    `MAX_DELETE_PERCENT holds back ${countImages(images.heldBack)}, see above. To delete them, raise it.`,
  );
}

const NOTHING_ENABLED = "No repository is tagged BoxCleanerEnabled=true: nothing to do.";
const NONE_OF_THOSE_ENABLED =
  "None of the repositories asked for is tagged BoxCleanerEnabled=true: nothing to do.";
const NOTHING_UNUSED = "Every image is young or kept for a reason: nothing to delete.";
const HOW_TO_DELETE = "To delete, add --delete, or set DRY_RUN=false.";
const NOTHING_IN_USE =
  "No image of this registry was found to be in use: is this the right Region and role? A real run would refuse to delete.";

function renderDryRun(
  { images, bytes, inUse }: Summary,
  { colors, config, isPreview }: Look,
): string[] {
  const { maxDeletions = Infinity, allowEmptyInUse } = config.guardRails;
  if (images.unused === 0) return ["Dry run: nothing was deleted."];
  const unused = `${countImages(images.unused)}, ${upTo(bytes.unused, config)}`;
  const limit =
    images.unused > maxDeletions ? `, ${countImages(maxDeletions)} a run (MAX_DELETIONS)` : "";
  return [
    `Dry run: nothing was deleted. A real run would delete ${colors.bold(unused)}${limit}.`,
    ...(inUse.referencesHere === 0 && !allowEmptyInUse ? [colors.yellow(NOTHING_IN_USE)] : []),
    ...(isPreview ? [] : [HOW_TO_DELETE]),
  ];
}

function renderDeletion({ images, bytes }: Summary, { colors, config }: Look): string[] {
  if (images.unused === 0) return ["Nothing was deleted."];
  const rest = [
    ...(images.refused > 0 ? [`ECR kept ${countImages(images.refused)}`] : []),
    ...(images.failed > 0 ? [`${countImages(images.failed)} could not be deleted`] : []),
  ];
  const newer =
    images.unconfirmed > 0
      ? [`${countImages(images.unconfirmed)} more became unused meanwhile: run again.`]
      : [];
  const deleted = `Deleted ${colors.bold(countImages(images.deleted))}, ${upTo(bytes.deleted, config)}`;
  return [`${[deleted, ...rest].join("; ")}.`, ...newer];
}

function renderEarlyEnd({ images, repositories }: Summary, { config }: Look): string {
  const { maxDeletions = Infinity } = config.guardRails;
  const { notReached } = repositories;
  const reason = images.deleted >= maxDeletions ? ": MAX_DELETIONS is reached" : "";
  if (notReached === null || notReached === 0) return `The run ended early${reason}.`;
  const rest = `${notReached} ${notReached === 1 ? "repository" : "repositories"} not processed`;
  return `The run ended early${reason}. ${rest}.`;
}

function upTo(bytes: number, { pricePerGBMonth }: Config): string {
  return `up to ${prettyBytes(bytes)} (${formatMonthlyPrice(bytes, pricePerGBMonth)})`;
}

function countImages(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "image" : "images"}`;
}
