import { stripVTControlCharacters } from "node:util";

/** Breaks a text between words into lines of at most `width` characters. A longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last === undefined || lengthOf(last) + 1 + lengthOf(word) > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Breaks a text after a label into lines of at most `width` characters, all of which begin where the first one does. */
export function wrapAfter(label: string, text: string, width: number): string[] {
  const [first = "", ...rest] = wrap(text, width - label.length);
  return [`${label}${first}`, ...rest.map((line) => " ".repeat(label.length) + line)];
}

/** Colours take no place. */
function lengthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
