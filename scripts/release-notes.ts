import { readFileSync } from "node:fs";

/*
 * Prints what CHANGELOG.md says of a version, for the notes of its release; fails if it says nothing.
 */
const [version = ""] = process.argv.slice(2);
const sections = readFileSync("CHANGELOG.md", "utf8").split(/^## /m);
const section = sections.find((text) => text.split(/[\s]/)[0] === version);
const notes = section?.slice(section.indexOf("\n")).trim();
if (notes === undefined || notes === "")
  throw new Error(`CHANGELOG.md says nothing of version "${version}"`);
console.log(notes);
