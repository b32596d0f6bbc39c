import type { Members } from "./operation.ts";

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Members as XML elements: one without a value is left out, and a list is its element once for each item. */
export function xmlOf(members: Members): string {
  return Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) =>
      [value].flat().map((item) => `<${name}>${contentOf(item)}</${name}>`),
    )
    .join("");
}

function contentOf(value: unknown): string {
  if (typeof value === "object" && value !== null) return xmlOf(value);
  return String(value).replaceAll(/[&<>]/g, (character) => ESCAPES[character] ?? character);
}
