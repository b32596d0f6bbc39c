import { sayWhatWasListed } from "../report/lists.ts";
import { placeName, regionsOf, sayWhereMissing, sayWhereRead } from "../report/places.ts";
import type { Summary } from "../report/summary.ts";
import { printable } from "./printable.ts";
import { wrapAfter } from "./wrap.ts";

/** How many accounts, places or lists a line names. */
const MOST_NAMED = 5;

/** Where references were found, where there are none, and what was not read, in lines. */
export function renderWhatWasRead({ inUse }: Summary, width: number): string[] {
  return [
    ...renderPlaces(inUse),
    ...renderSources(inUse),
    ...renderLists(inUse),
    ...renderPassedOver(inUse),
  ].flatMap(([label, text]) => wrapAfter(label, text, width));
}

type Line = readonly [label: string, text: string];

function renderPlaces({ places }: Summary["inUse"]): Line[] {
  if (places.length < 2) return [];
  const empty = places.filter(({ references }) => references === 0).map(placeName);
  return [
    ["Read in:          ", sayWhereRead(places)],
    ...(empty.length > 0 ? [["Nothing found in: ", firstOf(empty)] as const] : []),
  ];
}

function renderSources({ sources, places }: Summary["inUse"]): Line[] {
  const found = sources.filter(({ references }) => references > 0);
  const counts = found.map(({ name, references }) => `${name} ${references.toLocaleString("en")}`);
  const empty = sources
    .filter(({ status, references }) => status === "complete" && references === 0)
    .map(({ name }) => name);
  return [
    ["References seen:  ", counts.join(", ") || "none"],
    ...(empty.length > 0
      ? [[`Nothing found ${places.length > 1 ? "by" : "in"}: `, empty.join(", ")] as const]
      : []),
    ...renderMissing({ sources, places }),
  ];
}

function renderMissing({ sources, places }: Pick<Summary["inUse"], "sources" | "places">): Line[] {
  const missing = sources.flatMap(({ id, name }) => {
    const where = sayWhereMissing(id, places);
    return where === undefined ? [] : [{ name, where }];
  });
  if (missing.length === 0) return [];
  if (regionsOf(places).length === 1) {
    return [["Not in this Region: ", missing.map(({ name }) => name).join(", ")]];
  }
  return [
    ["Not available:    ", missing.map(({ name, where }) => `${name} in ${where}`).join("; ")],
  ];
}

function renderLists({ lists }: Summary["inUse"]): Line[] {
  if (lists.length === 0) return [];
  const texts = lists.map((list) => printable(`${list.name} (${sayWhatWasListed(list)})`));
  return [["Lists read:       ", firstOf(texts)]];
}

function renderPassedOver({ passedOver }: Summary["inUse"]): Line[] {
  if (passedOver.length === 0) return [];
  const accounts = passedOver.length === 1 ? "account" : "accounts";
  return [["Not read:         ", `inactive ${accounts} ${firstOf(passedOver)}`]];
}

function firstOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  const first = names.slice(0, MOST_NAMED);
  return [...first, ...(more > 0 ? [`and ${more.toLocaleString("en")} more`] : [])].join(", ");
}
