import type { ReportData } from "../report-data.ts";
import { drawAges } from "./ages.ts";
import { makeControls } from "./controls.ts";
import { download } from "./download.ts";
import { element, onClick } from "./element.ts";
import { toCsv, toJson } from "./export.ts";
import { type Filter, fromHash, toHash } from "./filter.ts";
import { showBasis, showHeader, showNotes } from "./header.ts";
import { drawRepositories } from "./repositories.ts";
import { ImageTable } from "./table.ts";

const data: ReportData = JSON.parse(element("data").textContent);

let filter = fromHash(location.hash);
const showFilter = makeControls(data, change);
const markBar = drawRepositories(data, (repository) => {
  change({ repository: repository === filter.repository ? "" : repository });
  element("images").scrollIntoView();
});
const table = new ImageTable(data, change);

/** Changes a part of the filter, and the link to this page with it. */
function change(part: Partial<Filter>): void {
  filter = { ...filter, ...part };
  const hash = toHash(filter);
  history.replaceState(null, "", hash === "" ? location.pathname + location.search : `#${hash}`);
  show();
}

function show(): void {
  showFilter(filter);
  markBar(filter.repository);
  table.show(filter);
}

showHeader(data);
showNotes(data);
showBasis(data);
drawAges(data);
show();

// A link to this page with another filter was opened.
addEventListener("hashchange", () => {
  filter = fromHash(location.hash);
  show();
});
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
onClick("csv", () => download(data, "csv", toCsv(data, table.places)));
onClick("json", () => download(data, "json", toJson(data, table.places)));
