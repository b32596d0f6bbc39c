import prettyBytes from "pretty-bytes";
import {
  type CellComponent,
  FilterModule,
  FormatModule,
  ResizeTableModule,
  SortModule,
  Tabulator,
  EditModule,
} from "tabulator-tables";

import type { ReportData } from "../report-data.ts";
import { element } from "./element.ts";

Tabulator.registerModule([FilterModule, FormatModule, EditModule, ResizeTableModule, SortModule]);

/** An image as the table sorts and filters it. */
interface Row {
  readonly repository: string;
  readonly tags: string;
  readonly digest: string;
  readonly pushed: string;
  readonly bytes: number;
  readonly verdict: string;
  readonly because: string;
}

/** Shows every image in a table that draws only the rows in sight. */
export function showImages({ images, repositories }: ReportData): void {
  const rows = images.map(([repository, tags, digest, pushedAt, bytes, verdict, because]): Row => ({
    repository: repositories[repository]?.repository ?? "",
    tags,
    digest,
    pushed: pushedAt === null ? "" : new Date(pushedAt).toISOString().slice(0, 10),
    bytes,
    verdict,
    because,
  }));

  const table = new Tabulator("#images", {
    data: rows,
    height: "70vh",
    layout: "fitDataFill",
    placeholder: "No image",
    initialSort: [{ column: "bytes", dir: "desc" }],
    columns: [
      { title: "Repository", field: "repository", headerFilter: "input", minWidth: 140 },
      { title: "Tags", field: "tags", headerFilter: "input", width: 160 },
      { title: "Pushed", field: "pushed", headerFilter: "input", width: 110 },
      {
        title: "Size",
        field: "bytes",
        sorter: "number",
        hozAlign: "right",
        width: 100,
        formatter: (cell: CellComponent) => prettyBytes(Number(cell.getValue())),
      },
      {
        title: "Verdict",
        field: "verdict",
        width: 150,
        headerFilter: "input",
        formatter: showVerdict,
      },
      { title: "Because", field: "because", headerFilter: "input", width: 320 },
      { title: "Digest", field: "digest", headerFilter: "input", width: 200 },
    ],
  });
  table.on("dataFiltered", (_filters: unknown, shown: unknown[]) => {
    const all = rows.length.toLocaleString("en");
    element("count").textContent = `${shown.length.toLocaleString("en")} of ${all} shown.`;
  });
}

function showVerdict(cell: CellComponent): HTMLElement {
  const label = document.createElement("span");
  label.textContent = String(cell.getValue());
  label.classList.toggle("unused", label.textContent === "delete");
  return label;
}
