import type { PlaceSummary, Summary } from "../../report/summary.ts";
import { create, element, rowHead } from "./element.ts";

type Source = Summary["inUse"]["sources"][number];

/** Shows the references that each source found in each place, a row a place, without the sources that found nothing anywhere. */
export function showPlaces({ sources, places }: Summary["inUse"]): void {
  const isMissing = (id: string) => places.some(({ notAvailable }) => notAvailable.includes(id));
  const shown = sources.filter(({ id, references }) => references > 0 || isMissing(id));
  const heads = ["Account and Region", "All sources", ...shown.map(({ name }) => name)];
  element("place-heads").append(...heads.map((text) => create("th", { scope: "col" }, text)));
  element("place-rows").append(...places.map((place) => rowOf(place, shown)));
}

function rowOf(place: PlaceSummary, sources: readonly Source[]): HTMLElement {
  const { account, region, references, found, notAvailable } = place;
  // A narrow screen breaks the name after the account.
  const head = account === null ? [region] : [`${account}/`, create("wbr"), region];
  const cells = sources.map(({ id }) =>
    notAvailable.includes(id) ? missing() : numberOf(found[id] ?? 0),
  );
  return create("tr", {}, rowHead(...head), numberOf(references), ...cells);
}

function missing(): HTMLElement {
  return create("td", { className: "missing" }, "not in this Region");
}

function numberOf(references: number): HTMLElement {
  if (references === 0) return create("td", { className: "none", ariaLabel: "none" }, "–");
  return create("td", {}, references.toLocaleString("en"));
}
