import prettyBytes from "pretty-bytes";

import { count } from "../../report/count.ts";
import { countKept } from "../../report/kept.ts";
import { blindSpotsOf, sayListsInPart } from "../../report/lists.ts";
import { sayWhereRead } from "../../report/places.ts";
import { formatMonthlyPrice } from "../../report/price.ts";
import { REASONS } from "../../report/reasons.ts";
import { sayYoungHistory } from "../../report/young-history.ts";
import type { ReportData } from "../report-data.ts";
import { create, element, entry, prose, rowHead } from "./element.ts";
import { showWhatWasRead } from "./what-was-read.ts";

/** Shows what ran, where and when, what it could not see, and its numbers. */
export function showHeader(data: ReportData): void {
  element("facts").append(...facts(data));
  const warnings = warningsOf(data);
  element("warnings").hidden = warnings.length === 0;
  element("warnings").append(create("ul", {}, ...warnings.map((text) => create("li", {}, text))));
  if (data.cut !== undefined) element("images-title").textContent = "The largest images";
  element("totals").append(...totalsOf(data).map((total) => entry(...total)));
}

function facts({ summary, account, region, madeAt, version }: ReportData): HTMLElement[] {
  const { places } = summary.inUse;
  const time = create("time", { dateTime: new Date(madeAt).toISOString() }, timeOf(madeAt));
  return [
    entry("Run", summary.dryRun ? "Dry run: nothing was deleted" : "Real run"),
    entry("Account", account ?? "unknown: no repository was read"),
    entry("Region", region),
    ...(places.length > 1 ? [entry("Read in", sayWhereRead(places))] : []),
    entry("Finished", time),
    entry("Took", `${(summary.durationMs / 1000).toFixed(1)} s`),
    entry("Program", `aws-ecr-cleaner ${version}`),
  ];
}

/** A time in the zone of the reader, with its name. */
function timeOf(time: number): string {
  return new Date(time).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "long" });
}

function warningsOf(data: ReportData): string[] {
  const { summary, onlyRepositories } = data;
  const { inUse, repositories, failures } = summary;
  const { notReached } = repositories;
  const rest =
    notReached === null || notReached === 0
      ? ""
      : ` ${count(notReached, "repository was", "repositories were")} not processed.`;
  return [
    ...(summary.complete
      ? []
      : [`The run stopped early: this report does not show everything.${rest}`]),
    ...cutOf(data),
    ...failures.flatMap(({ repository, message }) => (repository === null ? [message] : [])),
    ...(onlyRepositories === null
      ? []
      : [`Only these repositories were processed: ${onlyRepositories.join(", ")}.`]),
    ...(inUse.leftOut.length > 0
      ? [
          `Sources left out: ${inUse.leftOut.join(", ")}. Images that only they use are shown as unused.`,
        ]
      : []),
    ...sayListsInPart(inUse.lists).map(
      (text) => `${text}. Images that only other sources show are shown as unused.`,
    ),
    ...(inUse.evidence === "original"
      ? [
          "IN_USE_EVIDENCE=original: the run did not read tasks, pinned digests of services, or the content of indexes. Images that only they use are shown as unused.",
        ]
      : []),
    ...(summary.youngHistory === undefined ? [] : [sayYoungHistory(summary.youngHistory)]),
    ...[...inUse.sources.flatMap(({ blindSpots }) => blindSpots), ...blindSpotsOf(inUse.lists)].map(
      (text) => `Images not known: ${text}.`,
    ),
  ];
}

/** What a page without all images says of itself. */
function cutOf({ cut, images }: ReportData): string[] {
  if (cut === undefined) return [];
  const [shown, all] = [images.length, cut.all].map((number) => number.toLocaleString("en"));
  return [
    `This page shows ${shown} of ${all} images: unused images before kept ones, and large images before small ones. ` +
      `The chart by age and the table have only these. All images are in ${cut.file}.`,
  ];
}

type Total = [name: string, value: string, note: HTMLElement];

function totalsOf({ summary, pricePerGBMonth }: ReportData): Total[] {
  const { images, bytes, inUse, repositories, dryRun } = summary;
  const size = (amount: number) =>
    `up to ${prettyBytes(amount)}, ${formatMonthlyPrice(amount, pricePerGBMonth)}`;
  const total = (name: string, value: number, note: string): Total => [
    name,
    value.toLocaleString("en"),
    create("small", {}, note),
  ];
  const notDeleted = [
    ...(images.refused > 0 ? [`${images.refused.toLocaleString("en")} refused`] : []),
    ...(images.failed > 0 ? [`${images.failed.toLocaleString("en")} failed`] : []),
  ];
  return [
    total("Images", images.total, `up to ${prettyBytes(bytes.total)}`),
    total("Unused", images.unused, size(bytes.unused)),
    ...(dryRun
      ? []
      : [total("Deleted", images.deleted, [size(bytes.deleted), ...notDeleted].join("; "))]),
    total("Kept", countKept(summary), keptReasons(images.kept)),
    total(
      "Repositories",
      repositories.enabled,
      `${repositories.skipped} skipped, ${repositories.failed} failed`,
    ),
    total(
      "References in use",
      inUse.references,
      `${inUse.referencesHere.toLocaleString("en")} to this registry`,
    ),
  ];
}

/** The most frequent reason first. */
function keptReasons(kept: ReportData["summary"]["images"]["kept"]): string {
  const reasons = Object.entries(REASONS).flatMap(([reason, words]) => {
    const images = Object.entries(kept).find(([name]) => name === reason)?.[1] ?? 0;
    return images > 0 ? [{ images, words }] : [];
  });
  return reasons
    .toSorted((a, b) => b.images - a.images)
    .map(({ images, words }) => `${images.toLocaleString("en")} ${words}`)
    .join(", ");
}

/** Shows what the verdicts rest on: the settings, what was read, and what was not. */
export function showBasis(data: ReportData): void {
  const { settings, repositories, summary, neverRead } = data;
  const changed = settings.filter(({ isDefault }) => !isDefault).length;
  element("settings-summary").textContent =
    `Settings in force (${changed === 0 ? "all default" : `${changed} changed`})`;
  element("settings").append(
    ...settings.map(({ name, value, isDefault }) => {
      const shown = value === "" ? create("i", {}, "empty") : create("code", {}, value);
      const cell = create("td", {}, shown, isDefault ? "" : " (changed)");
      return create("tr", {}, rowHead(create("code", {}, name)), cell);
    }),
    ...repositories.flatMap(({ repository, settings: own }) =>
      Object.entries(own).map(([name, value]) => {
        const cell = create("td", {}, create("code", {}, value), ` (tag of ${repository})`);
        return create("tr", {}, rowHead(create("code", {}, name)), cell);
      }),
    ),
  );

  showWhatWasRead(summary.inUse);
  element("never-read").append(...neverRead.map((text) => create("li", {}, ...prose(text))));
}

/** Shows the repositories that were skipped or failed, and why. */
export function showNotes({ repositories }: ReportData): void {
  const notes = repositories.flatMap(({ repository, status, note }) =>
    note === null
      ? []
      : [create("li", {}, create("strong", {}, repository), ` ${status}: ${note}`)],
  );
  element("notes-section").hidden = notes.length === 0;
  element("notes").append(...notes);
}
