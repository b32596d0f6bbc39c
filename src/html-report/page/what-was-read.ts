import { count } from "../../report/count.ts";
import { sayWhatWasListed } from "../../report/lists.ts";
import { sayWhereMissing } from "../../report/places.ts";
import type { Summary } from "../../report/summary.ts";
import { create, element, rowHead } from "./element.ts";
import { showPlaces } from "./places.ts";

type InUse = Summary["inUse"];

/** Shows what each source found, in all places and in each of them, and what was not read. */
export function showWhatWasRead(inUse: InUse): void {
  const { leftOut, lists, places, passedOver } = inUse;
  element("sources-summary").textContent = `What was checked (${summaryOf(inUse)})`;
  element("sources").append(
    ...sourceRows(inUse),
    ...lists.map(listRow),
    ...leftOut.map(leftOutRow),
  );
  element("passed-over").hidden = passedOver.length === 0;
  element("passed-over").textContent = `Inactive accounts, not read: ${passedOver.join(", ")}.`;
  element("places-section").hidden = places.length < 2;
  if (places.length > 1) showPlaces(inUse);
}

function summaryOf({ sources, leftOut, lists, places, passedOver }: InUse): string {
  const read = sources.filter(({ status }) => status === "complete");
  const where = places.length > 1 ? ` in ${count(places.length, "place", "places")}` : "";
  return [
    `${count(read.length, "source", "sources")} read${where}`,
    ...(lists.length > 0 ? [`${count(lists.length, "list", "lists")} read`] : []),
    `${leftOut.length} left out`,
    ...(passedOver.length > 0
      ? [`${count(passedOver.length, "account", "accounts")} not read`]
      : []),
  ].join(", ");
}

function sourceRows({ sources, places }: InUse): HTMLElement[] {
  return sources.map(({ id, name, status, references }) => {
    const missing = sayWhereMissing(id, places);
    const facts = [
      ...(status === "complete" ? [count(references, "reference", "references")] : []),
      ...(missing === undefined ? [] : [`not available in ${missing}`]),
    ];
    return create("tr", {}, rowHead(name), create("td", {}, facts.join(", ")));
  });
}

function listRow(list: InUse["lists"][number]): HTMLElement {
  const head = rowHead("list ", create("code", {}, list.name));
  return create("tr", {}, head, create("td", {}, sayWhatWasListed(list)));
}

function leftOutRow(id: string): HTMLElement {
  const head = rowHead(create("code", {}, id));
  return create("tr", {}, head, create("td", {}, "left out by a setting"));
}
