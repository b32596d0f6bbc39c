import Table from "cli-table3";
import type { Colors } from "picocolors/types.ts";

import type { Image } from "../registry/image.ts";
import { storedBytes } from "../registry/image.ts";
import { type Amount, type RepositoryOutcome, addAmounts, subtract } from "../report/outcome.ts";
import { printable } from "./printable.ts";
import { alignedSize } from "./size.ts";
import { wrapAfter } from "./wrap.ts";

/** What a table needs beside the outcomes. */
interface Look {
  readonly colors: Colors;
  /** Characters a line. */
  readonly width: number;
  /** The largest images that a dry run would delete, by repository. */
  readonly largest: ReadonlyMap<string, readonly Image[]>;
}

interface Column {
  readonly head: string;
  readonly amountOf: (outcome: RepositoryOutcome) => Amount;
  readonly format: (amount: Amount) => string;
  readonly isUnused?: true;
}

const countOf = ({ images }: Amount) => images.toLocaleString("en");
const sizeOf = ({ bytes }: Amount) => alignedSize(bytes);

function columnsFor(head: string, amountOf: Column["amountOf"], isUnused?: true): Column[] {
  const common = { amountOf, ...(isUnused && { isUnused }) };
  return [
    { ...common, head, format: countOf },
    { ...common, head: "Size", format: sizeOf },
  ];
}

const IMAGES = columnsFor("Images", ({ total }) => total);
const UNUSED = columnsFor("Unused", ({ unused }) => unused, true);
const DELETED = columnsFor("Deleted", ({ deleted }) => deleted);
const KEPT = columnsFor("Kept", ({ total, unused }) => subtract(total, unused));
const LEFT = columnsFor("Left", ({ total, deleted }) => subtract(total, deleted));

/** The columns of a table, from the widest choice to the narrowest one. */
const DRY = [
  [...IMAGES, ...UNUSED, ...KEPT],
  [...IMAGES, ...UNUSED],
];
const REAL = [
  [...IMAGES, ...UNUSED, ...DELETED, ...LEFT],
  [...IMAGES.slice(0, 1), ...UNUSED.slice(0, 1), ...DELETED],
];

/** No lines but one under the head: what people scan is the columns. */
const NO_BORDERS = Object.fromEntries(
  (
    "top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right " +
    "left left-mid right right-mid middle"
  )
    .split(" ")
    .map((border) => [border, ""]),
);
const GAP = 2;
/** A longer name has a line of its own where space is short. */
const MIN_NAME = 16;

/** A row for every repository, with what became of it, and the sum of all. Empty without repositories. */
export function renderTable(
  outcomes: readonly RepositoryOutcome[],
  dryRun: boolean,
  look: Look,
): string {
  if (outcomes.length === 0) return "";
  const { colors, width } = look;
  const sorted = outcomes.toSorted(inOrder);
  const names = [...sorted.map(({ repository }) => printable(repository)), "Repository", "Total"];
  const longest = Math.max(...names.map((name) => name.length));
  const choices = dryRun ? DRY : REAL;
  const spaceFor = (columns: readonly Column[]) => width - widthOf(columns, outcomes);
  const columns = choices.find((choice) => longest <= spaceFor(choice)) ?? choices.at(-1) ?? [];
  const nameWidth = Math.max(Math.min(longest, spaceFor(columns)), MIN_NAME);

  const table = new Table({
    head: ["Repository", ...columns.map(({ head }) => head)].map((text) => colors.bold(text)),
    colAligns: ["left", ...columns.map(() => "right" as const)],
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": GAP },
    chars: { ...NO_BORDERS, mid: "─", "mid-mid": "" },
  });
  const cellsOf = (group: readonly RepositoryOutcome[]) =>
    columns.map(({ amountOf, format, isUnused }) => {
      const amount = addAmounts(group.map(amountOf));
      const color = isUnused && amount.images > 0 ? colors.yellow : String;
      return color(format(amount));
    });
  for (const outcome of sorted) {
    const name = printable(outcome.repository);
    const cells = isCounted(outcome) ? cellsOf([outcome]) : columns.map(() => "–");
    table.push([name.length > nameWidth ? "" : name, ...cells]);
  }
  table.push(["Total", ...cellsOf(sorted)].map((text) => colors.bold(text)));

  // One line for each row: the details of a repository are put between them.
  const [head = "", rule = "", ...rows] = table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
  const lines = sorted.flatMap((outcome, i) => {
    const name = printable(outcome.repository);
    const isLong = name.length > nameWidth;
    return (isLong ? [name] : []).concat(rows[i] ?? "", detailsOf(outcome, look));
  });
  return [head, rule.slice(0, rule.length - GAP), ...lines, rows.at(-1) ?? ""].join("\n");
}

/** Most bytes to reclaim first; then those without numbers. */
function inOrder(a: RepositoryOutcome, b: RepositoryOutcome): number {
  return (
    Number(isCounted(b)) - Number(isCounted(a)) ||
    b.unused.bytes - a.unused.bytes ||
    (a.repository < b.repository ? -1 : 1)
  );
}

/** Whether the numbers of a repository are known. */
function isCounted({ status, total }: RepositoryOutcome): boolean {
  return status === "cleaned" || total.images > 0;
}

/** How many characters the columns beside the name need at most. */
function widthOf(columns: readonly Column[], outcomes: readonly RepositoryOutcome[]): number {
  const widths = columns.map(({ head, amountOf, format }) => {
    const amounts = outcomes.map(amountOf);
    const cells = [...amounts, addAmounts(amounts)].map(format);
    return Math.max(...[head, ...cells].map(({ length }) => length)) + GAP;
  });
  return widths.reduce((sum, each) => sum + each, 0);
}

/** What the numbers of a repository do not say. */
function detailsOf(outcome: RepositoryOutcome, { colors, width, largest }: Look): string[] {
  const { repository, status, note, notEnabled } = outcome;
  const indented = (text: string) => wrapAfter("  ", text, width);
  const images = largest.get(repository) ?? [];
  const color = status === "failed" ? colors.red : colors.yellow;
  return [
    ...(notEnabled === undefined ? [] : indented(colors.yellow("not enabled"))),
    ...(note === undefined ? [] : indented(`${color(status)}: ${printable(note)}`)),
    ...(status === "not-reached" ? indented(color("not processed")) : []),
    ...(images.length === 0 ? [] : indented(`largest: ${images.map(nameWithSize).join(", ")}`)),
  ];
}

/** How many digits of a digest are enough to tell images apart, as other tools for containers show them. */
const SHORT_DIGEST = "sha256:".length + 12;

function nameWithSize(image: Image): string {
  const [tag = image.digest.slice(0, SHORT_DIGEST)] = image.tags;
  return `${printable(tag)} (${alignedSize(storedBytes(image))})`;
}
