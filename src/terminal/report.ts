import type { Colors } from "picocolors/types.ts";
import prettyBytes from "pretty-bytes";

import type { Plan } from "../plan/plan.ts";
import { KEEP_REASONS } from "../plan/verdict.ts";
import type { Image } from "../registry/image.ts";
import { count } from "../report/count.ts";
import { blindSpotsOf, sayListsInPart } from "../report/lists.ts";
import type { RepositoryOutcome } from "../report/outcome.ts";
import { formatMonthlyPrice } from "../report/price.ts";
import { REASONS } from "../report/reasons.ts";
import type { Summary } from "../report/summary.ts";
import { sayYoungHistory } from "../report/young-history.ts";
import type { RunResult } from "../run/run.ts";
import type { Config } from "../settings/config.ts";
import { ENABLED_TAG, ENABLED_VALUE } from "../settings/settings.ts";
import { areNotEnabled } from "./not-enabled.ts";
import { printable } from "./printable.ts";
import { renderTable } from "./table.ts";
import { renderWhatWasRead } from "./what-was-read.ts";
import { wrap, wrapAfter } from "./wrap.ts";

/** What a report needs beside the result. */
export interface Look {
  readonly colors: Colors;
  readonly config: Config;
  /** Whether the question follows: then the report need not say how to delete. */
  readonly isPreview: boolean;
  /** Characters a line. */
  readonly width: number;
  /** The largest images that a dry run would delete, by repository. */
  readonly largest: ReadonlyMap<string, readonly Image[]>;
}

/** The report of a run as people read it at a terminal: the size of each repository, what is deleted, and why. */
export function renderReport(
  summary: Summary,
  outcomes: readonly RepositoryOutcome[],
  look: Look,
): string {
  const paragraphs = [
    renderTable(outcomes, summary.dryRun, look),
    ...renderOutcome(summary, outcomes, look),
  ];
  return `${paragraphs.filter((text) => text !== "").join("\n\n")}\n`;
}

/** The report without its table, for what follows a list of images. */
export function renderRemarks(
  summary: Summary,
  outcomes: readonly RepositoryOutcome[],
  look: Look,
): string {
  const notes = outcomes.flatMap(({ repository, status, note }) =>
    note === undefined
      ? []
      : wrapAfter(
          "",
          `${look.colors.yellow(printable(repository))} ${status}: ${printable(note)}`,
          look.width,
        ),
  );
  const paragraphs = [notes.join("\n"), ...renderOutcome(summary, outcomes, look)];
  return `${paragraphs.filter((text) => text !== "").join("\n\n")}\n`;
}

/** What came of the run as a whole, in paragraphs. */
function renderOutcome(
  summary: Summary,
  outcomes: readonly RepositoryOutcome[],
  look: Look,
): string[] {
  return [
    renderFailures(summary, look),
    renderReasons(summary, look),
    renderConclusion(summary, outcomes, look),
  ];
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
  const from = count(repositories.length, "repository", "repositories");
  return (
    `Delete ${countImages(images.unused)} (up to ${prettyBytes(bytes.unused)}) from ${from} in ` +
    `${[...new Set(places)].join("; ")}? [y/N] `
  );
}

/** What ended the run. */
function renderFailures({ failures }: Summary, { colors, width }: Look): string {
  return failures
    .flatMap(({ repository, message }) =>
      repository === null
        ? wrapAfter("", `${colors.red("Failed")}: ${printable(message)}`, width)
        : [],
    )
    .join("\n");
}

function renderReasons(summary: Summary, look: Look): string {
  const { images, inUse } = summary;
  const { colors, width } = look;
  if (images.total === 0) return "";
  const kept = KEEP_REASONS.flatMap((reason) => {
    const number = images.kept[reason] ?? 0;
    return number > 0
      ? [{ number, text: `${number.toLocaleString("en")} ${REASONS[reason]}` }]
      : [];
  }).toSorted((a, b) => b.number - a.number);
  const warnings = [
    ...(inUse.leftOut.length > 0 ? [`Sources not read: ${inUse.leftOut.join(", ")}`] : []),
    ...sayListsInPart(inUse.lists).map(printable),
    ...(inUse.evidence === "original" ? [ORIGINAL_EVIDENCE] : []),
    ...(summary.youngHistory === undefined ? [] : [sayYoungHistory(summary.youngHistory)]),
    ...renderBlindSpots(summary),
  ];
  return [
    ...wrapAfter("Kept, by reason:  ", kept.map(({ text }) => text).join(", ") || "none", width),
    ...renderWhatWasRead(summary, width),
    ...warnings.flatMap((text) => wrap(text, width).map((line) => colors.yellow(line))),
  ].join("\n");
}

/** What the sources found and cannot know the images of. */
function renderBlindSpots({ inUse }: Summary): string[] {
  const ofSources = inUse.sources.flatMap((source) => source.blindSpots);
  const blindSpots = [...ofSources, ...blindSpotsOf(inUse.lists)];
  const more = blindSpots.length - MAX_BLIND_SPOTS;
  return [
    ...blindSpots.slice(0, MAX_BLIND_SPOTS),
    ...(more > 0 ? [`${more} more: set BOX_LOG=WARN to see all of them`] : []),
  ].map((text) => `Images not known: ${printable(text)}`);
}

/** How many blind spots the report names. */
const MAX_BLIND_SPOTS = 10;

const ORIGINAL_EVIDENCE =
  "Not read, by IN_USE_EVIDENCE=original: tasks, pinned digests of services, the content of indexes.";

function renderConclusion(
  summary: Summary,
  outcomes: readonly RepositoryOutcome[],
  look: Look,
): string {
  const lines = concludingLines(summary, look).flatMap((line) => wrap(line, look.width));
  const enabling = outcomes.flatMap(({ notEnabled }) =>
    notEnabled === undefined ? [] : enablingCommand(notEnabled.arn),
  );
  const place = summary.report?.page ?? undefined;
  const report = place === undefined ? [] : [`Report: ${printable(place)}`];
  return [...lines, ...report, ...(enabling.length > 0 ? ["To enable:", ...enabling] : [])].join(
    "\n",
  );
}

/** The command that enables a repository, in lines that a shell joins. */
function enablingCommand(arn: string): string[] {
  const [, , , region] = arn.split(":");
  return [
    `  aws ecr tag-resource --region ${region} \\`,
    `    --tags Key=${ENABLED_TAG},Value=${ENABLED_VALUE} \\`,
    `    --resource-arn ${arn}`,
  ];
}

function concludingLines(summary: Summary, look: Look): string[] {
  const { complete, dryRun, images, repositories } = summary;
  const notEnabled = repositories.notEnabled ?? [];
  if (complete && repositories.enabled === 0 && notEnabled.length === 0) {
    return [look.config.repositories === undefined ? NOTHING_ENABLED : NONE_FOUND];
  }
  const held = renderHeldBack(summary, look);
  if (complete && images.unused === 0) {
    const remarks = held.length > 0 ? held : [NOTHING_UNUSED];
    return notEnabled.length > 0 ? [nothingDeleted(summary), ...remarks] : remarks;
  }
  const result = dryRun ? renderDryRun(summary, look) : renderDeletion(summary, look);
  const ending = complete ? [] : [look.colors.yellow(renderEarlyEnd(summary, look))];
  return [...result, ...held, ...ending];
}

function nothingDeleted({ repositories: { notEnabled = [] } }: Summary): string {
  const since = notEnabled.length > 0 ? `, since ${areNotEnabled(notEnabled)}` : "";
  return `Dry run${since}: nothing was deleted.`;
}

/** What a guard rail keeps, and how to change that. */
function renderHeldBack({ images }: Summary, { colors }: Look): string[] {
  if (images.heldBack === 0) return [];
  const text = `MAX_DELETE_PERCENT holds back ${countImages(images.heldBack)}, see above. To delete them, raise it.`;
  return [colors.yellow(text)];
}

const NOTHING_ENABLED =
  "No repository in this account and Region is tagged BoxCleanerEnabled=true, so nothing is deleted. To see what enabling one would delete, add --repository NAME.";
const NONE_FOUND = "None of the repositories asked for exists in this registry: nothing to do.";
const NOTHING_UNUSED = "Every image is young or kept for a reason: nothing to delete.";
const HOW_TO_DELETE = "To delete, add --delete, or set DRY_RUN=false.";
const NOTHING_IN_USE =
  "No image of this registry was found to be in use: is this the right Region and role? A real run would refuse to delete.";

function renderDryRun(summary: Summary, { colors, config, isPreview }: Look): string[] {
  const { images, bytes, inUse, repositories } = summary;
  const { maxDeletions = Infinity, allowEmptyInUse } = config.guardRails;
  if (images.unused === 0) return [nothingDeleted(summary)];
  const unused = `${countImages(images.unused)}, ${upTo(bytes.unused, config)}`;
  const limit =
    images.unused > maxDeletions ? `, ${countImages(maxDeletions)} a run (MAX_DELETIONS)` : "";
  const enabling =
    repositories.notEnabled === undefined ? "A real run would" : "Once enabled, a real run would";
  return [
    nothingDeleted(summary),
    `${enabling} delete ${colors.bold(unused)}${limit}.`,
    ...(inUse.referencesHere === 0 && !allowEmptyInUse ? [colors.yellow(NOTHING_IN_USE)] : []),
    ...(isPreview || repositories.notEnabled !== undefined ? [] : [HOW_TO_DELETE]),
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
  const rest = `${count(notReached, "repository", "repositories")} not processed`;
  return `The run ended early${reason}. ${rest}.`;
}

function upTo(bytes: number, { pricePerGBMonth }: Config): string {
  return `up to ${prettyBytes(bytes)} (${formatMonthlyPrice(bytes, pricePerGBMonth)})`;
}

function countImages(images: number): string {
  return count(images, "image", "images");
}
