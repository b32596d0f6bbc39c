import { REASONS } from "../../report/reasons.ts";
import type { ReportData } from "../report-data.ts";
import { control, create, element, onClick } from "./element.ts";
import { EVERYTHING, type Filter, type Show, fromHash } from "./filter.ts";
import { reasonOf, stateOf } from "./rows.ts";
import { STATES, capitalize } from "./words.ts";

/** How long after the last key a search starts, in ms. */
const TYPING_PAUSE_MS = 150;

/** Shows a filter in the controls. */
export type ShowFilter = (filter: Filter) => void;

/**
 * Makes the controls of the table's filter.
 *
 * @param change is called with what a person changes
 */
export function makeControls(
  data: ReportData,
  change: (part: Partial<Filter>) => void,
): ShowFilter {
  const counts = countAll(data);
  const presets = makePresets(counts, data.summary.dryRun, (show) => {
    change({ show, ...(show !== "all" && show !== "kept" && { reason: "" }) });
  });
  element("presets").append(...presets.values());

  const reason = control("reason", HTMLSelectElement);
  reason.append(
    ...Object.entries(REASONS).flatMap(([value, words]) => {
      const images = counts.get(value) ?? 0;
      const label = `${capitalize(words)} (${images.toLocaleString("en")})`;
      return images === 0 ? [] : [create("option", { value }, label)];
    }),
  );
  reason.addEventListener("change", () => {
    const { reason: chosen } = fromHash(new URLSearchParams({ reason: reason.value }).toString());
    change({ reason: chosen, ...(chosen !== "" && { show: "all" }) });
  });

  const repository = control("repository", HTMLSelectElement);
  repository.append(...data.repositories.map((each) => create("option", {}, each.repository)));
  repository.addEventListener("change", () => change({ repository: repository.value }));

  const search = control("search", HTMLInputElement);
  let timer: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => change({ search: search.value.trim() }), TYPING_PAUSE_MS);
  });

  onClick("clear", () => {
    change(EVERYTHING);
    search.focus();
  });

  return (filter) => {
    for (const [show, button] of presets) button.ariaPressed = String(show === filter.show);
    choose(reason, filter.reason);
    choose(repository, filter.repository);
    if (search.value.trim() !== filter.search) search.value = filter.search;
  };
}

/** Chooses a value that a link can name even if this report does not have it. */
function choose(select: HTMLSelectElement, value: string): void {
  const isKnown = [...select.options].some((option) => option.value === value);
  if (!isKnown) select.append(create("option", { value }, `${value} (not in this report)`));
  select.value = value;
}

/** How many images there are of each state and for each reason. */
function countAll({ images }: ReportData): Map<string, number> {
  const counts = new Map<string, number>([["all", images.length]]);
  const add = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const row of images) {
    const reason = reasonOf(row);
    const state = stateOf(row);
    add(state);
    if (reason !== undefined) add(reason);
    else if (state !== "unused") add("unused");
  }
  return counts;
}

function makePresets(
  counts: ReadonlyMap<string, number>,
  dryRun: boolean,
  onPress: (show: Show) => void,
): Map<Show, HTMLButtonElement> {
  const rare: readonly Show[] = ["deleted", "not-deleted", "refused", "failed"];
  const shows: Show[] = [
    "all",
    "unused",
    "kept",
    ...rare.filter((show) => (!dryRun && show === "deleted") || (counts.get(show) ?? 0) > 0),
  ];
  return new Map(
    shows.map((show) => {
      const name = show === "all" ? "All" : capitalize(STATES[show]);
      const images = (counts.get(show) ?? 0).toLocaleString("en");
      const button = create(
        "button",
        { type: "button", onclick: () => onPress(show) },
        `${name} `,
        create("span", { className: "number" }, images),
      );
      return [show, button];
    }),
  );
}
