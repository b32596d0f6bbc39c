import prettyBytes from "pretty-bytes";

import { count } from "../../report/count.ts";
import type { ReportData } from "../report-data.ts";
import { create, element } from "./element.ts";

/** How many repositories the chart has room for. */
const MOST = 15;

/** Marks the bar of the repository that the table shows. */
export type MarkBar = (repository: string) => void;

/**
 * Draws the repositories with the most that is unused, the largest first. Each bar is a button.
 *
 * @param onPress is called with the name of a repository
 */
export function drawRepositories(
  { repositories }: ReportData,
  onPress: (repository: string) => void,
): MarkBar {
  const withUnused = repositories
    .filter(({ unused }) => unused.images > 0)
    .toSorted((a, b) => b.unused.bytes - a.unused.bytes);
  const longest = Math.max(1, withUnused[0]?.unused.bytes ?? 0);
  const bars = withUnused.slice(0, MOST).map(({ repository, unused }) => {
    const bar = create("span", { className: "bar unused", ariaHidden: "true" });
    bar.style.width = `${(100 * unused.bytes) / longest}%`;
    const amount = `${prettyBytes(unused.bytes)} in ${count(unused.images, "image", "images")}`;
    const button = create(
      "button",
      { type: "button", onclick: () => onPress(repository) },
      create("span", { className: "name" }, repository),
      create("span", { className: "amount" }, amount),
      bar,
    );
    return { repository, button };
  });
  element("by-repository").append(...bars.map(({ button }) => create("li", {}, button)));
  const more = withUnused.length - bars.length;
  element("by-repository-note").textContent = noteOf(withUnused.length, more);
  return (shown) => {
    for (const { repository, button } of bars) {
      button.ariaPressed = String(repository === shown);
    }
  };
}

function noteOf(all: number, more: number): string {
  if (all === 0) return "No image is unused.";
  const rest =
    more > 0
      ? ` ${count(more, "more repository has", "more repositories have")} unused images.`
      : "";
  return `Press a bar to see the images of its repository.${rest}`;
}
