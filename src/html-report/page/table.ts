import prettyBytes from "pretty-bytes";

import { count } from "../../report/count.ts";
import type { ReportData } from "../report-data.ts";
import { copyButton } from "./copy.ts";
import { control, create, element, entry, onClick } from "./element.ts";
import { type Filter, SORT_COLUMNS, type SortColumn, select } from "./filter.ts";
import { type Image, imageOf, reasonInWords } from "./rows.ts";
import { STATES, capitalize, dayOf, shorten } from "./words.ts";

/** How many rows a page of the table has: what a browser lays out at once. */
const PAGE_ROWS = 100;
/** How many rows are printed. */
const PRINTED_ROWS = 1000;
/** How much of an image stands in its row: on paper all, and on a screen no more than is read at a glance. */
interface Most {
  readonly tags: number;
  readonly facts: number;
}
const ON_SCREEN: Most = { tags: 5, facts: 3 };
const ON_PAPER: Most = { tags: Infinity, facts: Infinity };

const TITLES: Readonly<Record<SortColumn, string>> = {
  repository: "Repository",
  tags: "Tags",
  outcome: "Outcome",
  reason: "Reason",
  size: "Size",
  pushed: "Pushed",
  digest: "Digest",
};
/** What people want to see first in these is at the end. */
const DESCENDING_FIRST: ReadonlySet<SortColumn> = new Set(["size"]);

/** The table of images: a page of the rows that a filter selects. */
export class ImageTable {
  readonly #data: ReportData;
  readonly #body = control("rows", HTMLTableSectionElement);
  readonly #heads: ReadonlyMap<SortColumn, HTMLTableCellElement>;
  /** The places of the rows that the filter selects. */
  #places: Uint32Array = new Uint32Array();
  #page = 0;

  /** @param sort is called with the order that a person asks for */
  constructor(data: ReportData, sort: (order: Pick<Filter, "sort" | "order">) => void) {
    this.#data = data;
    this.#heads = new Map(
      SORT_COLUMNS.map((column) => {
        const onclick = () => sort({ sort: column, order: this.#nextOrder(column) });
        const button = create("button", { type: "button", onclick }, TITLES[column]);
        return [column, create("th", { scope: "col", className: column }, button)];
      }),
    );
    element("heads").append(...this.#heads.values());
    onClick("previous", () => this.#turnTo(this.#page - 1));
    onClick("next", () => this.#turnTo(this.#page + 1));
    addEventListener("beforeprint", () => this.#draw(0, PRINTED_ROWS, ON_PAPER));
    addEventListener("afterprint", () => this.#drawPage());
  }

  /** The places in the data of the rows that the table shows, on all of its pages. */
  get places(): Uint32Array {
    return this.#places;
  }

  /** Shows what a filter selects, from the first page. */
  show(filter: Filter): void {
    this.#places = select(this.#data, filter);
    for (const [column, head] of this.#heads) {
      head.ariaSort = column === filter.sort ? filter.order : "none";
    }
    const { images } = this.#data;
    let bytes = 0;
    for (const place of this.#places) bytes += images[place]?.[4] ?? 0;
    element("count").textContent =
      `${this.#places.length.toLocaleString("en")} of ${count(images.length, "image", "images")}, ` +
      `up to ${prettyBytes(bytes)}`;
    this.#page = 0;
    this.#drawPage();
  }

  #nextOrder(column: SortColumn): Filter["order"] {
    const now = this.#heads.get(column)?.ariaSort;
    if (now === "ascending") return "descending";
    if (now === "descending") return "ascending";
    return DESCENDING_FIRST.has(column) ? "descending" : "ascending";
  }

  #turnTo(page: number): void {
    this.#page = page;
    const { activeElement: pressed } = document;
    this.#drawPage();
    const table = element("table");
    table.scrollTop = 0;
    element("count").scrollIntoView();
    // A button that is disabled loses the focus, and a keyboard its place on the page.
    if (pressed instanceof HTMLButtonElement && pressed.disabled) table.focus();
  }

  #drawPage(): void {
    const start = this.#page * PAGE_ROWS;
    const end = Math.min(start + PAGE_ROWS, this.#places.length);
    this.#draw(start, end, ON_SCREEN);
    element("pager").hidden = this.#places.length <= PAGE_ROWS;
    control("previous", HTMLButtonElement).disabled = start === 0;
    control("next", HTMLButtonElement).disabled = end === this.#places.length;
    element("range").textContent =
      `${(start + 1).toLocaleString("en")} to ${end.toLocaleString("en")}`;
  }

  #draw(start: number, end: number, most: Most): void {
    const rows = [...this.#places.subarray(start, end)].flatMap((place) => {
      const row = this.#data.images[place];
      return row === undefined ? [] : [rowOf(imageOf(this.#data, row), most)];
    });
    this.#body.replaceChildren(...(rows.length === 0 ? [emptyRow()] : rows));
    const left = this.#places.length - end;
    element("print-note").textContent =
      left > 0 ? `${count(left, "more image is", "more images are")} not printed.` : "";
  }
}

function emptyRow(): HTMLElement {
  const text = "No image matches. Clear the filter to see all images.";
  return create("tr", {}, create("td", { colSpan: SORT_COLUMNS.length }, text));
}

function rowOf(image: Image, most: Most): HTMLElement {
  const { repository, tags, digest, state, bytes, pushedAt } = image;
  let details: HTMLElement | undefined;
  const onclick = () => {
    if (details === undefined) row.after((details = detailsOf(image)));
    else {
      details.remove();
      details = undefined;
    }
    toggle.ariaExpanded = String(details !== undefined);
  };
  const toggle = create("button", {
    type: "button",
    className: "toggle",
    ariaExpanded: "false",
    ariaLabel: `Details of ${nameOf(image)}`,
    onclick,
  });
  const row = create(
    "tr",
    {},
    create(
      "th",
      { scope: "row", className: "repository" },
      create("div", {}, toggle, create("span", {}, repository)),
    ),
    cell("tags", listOf(tags, most.tags, " ") || create("i", {}, "none")),
    cell("outcome", create("span", { className: `state ${state}` }, STATES[state])),
    cell("reason", ...reasonIn(image, most)),
    cell("size", prettyBytes(bytes)),
    cell("pushed", dayOf(pushedAt) || create("i", {}, "unknown")),
    cell("digest", create("code", {}, shortDigest(digest))),
  );
  return row;
}

function cell(column: SortColumn, ...children: readonly (Node | string)[]): HTMLElement {
  return create("td", { className: column }, ...children);
}

function reasonIn(image: Image, most: Most): (Node | string)[] {
  const words = capitalize(reasonInWords(image));
  const facts = image.facts.map(shorten);
  const shown = listOf(facts, most.facts, "; ");
  if (words === "") return [shown];
  return facts.length === 0
    ? [words]
    : [`${words}: `, create("span", { className: "facts" }, shown)];
}

/** The first of some texts, and how many more there are. */
function listOf(texts: readonly string[], most: number, separator: string): string {
  const more = texts.length - most;
  const list = texts.slice(0, most).join(separator);
  return more > 0 ? `${list}${separator}and ${more} more` : list;
}

function detailsOf(image: Image): HTMLElement {
  const { repository, tags, digest, reference, bytes, pushedAt, state, facts } = image;
  const words = reasonInWords(image);
  const pushed = pushedAt === null ? "unknown" : new Date(pushedAt).toISOString();
  const list = create(
    "dl",
    {},
    entry("Reason", `${capitalize(STATES[state])}${words === "" ? "" : `: ${words}`}`, ...facts),
    entry("Repository", repository),
    entry("Tags", tags.join(" ") || "none"),
    entry("Reference", create("code", {}, reference), copyButton("reference", reference)),
    entry("Digest", create("code", {}, digest), copyButton("digest", digest)),
    entry("Pushed", pushed),
    entry("Size", `${bytes.toLocaleString("en")} bytes`),
  );
  const box = create("div", { className: "details" }, list);
  return create("tr", {}, create("td", { colSpan: SORT_COLUMNS.length }, box));
}

function nameOf({ repository, tags, digest }: Image): string {
  return tags.length > 0 ? `${repository}:${tags[0]}` : `${repository}@${shortDigest(digest)}`;
}

/** Enough of a digest to tell images apart. */
function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, "").slice(0, 12);
}
