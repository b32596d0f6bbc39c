import { readFile } from "node:fs/promises";

import { hasCode } from "../errors.ts";

/** Where the template is, as seen from a bundle, from a part of one, and from the sources. */
const PLACES = ["./report.html", "../report.html", "../../dist/report.html"];

/** Reads the page into which a report puts its data. `npm run build` makes it, and it belongs beside the bundle. */
export async function readTemplate(): Promise<string> {
  for (const place of PLACES) {
    try {
      return await readFile(new URL(place, import.meta.url), "utf8");
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }
  throw new Error("report.html is missing: put it beside the program's other files");
}
