import picocolors from "picocolors";
import { expect, test } from "vitest";

import { wrap, wrapAfter } from "../../src/terminal/wrap.ts";

test.for([
  { name: "breaks between words", text: "one two  three", lines: ["one two", "three"] },
  { name: "fills a line to its end", text: "one two3 four", lines: ["one two3", "four"] },
  {
    name: "leaves a long word whole",
    text: "a registry-name b",
    lines: ["a", "registry-name", "b"],
  },
  { name: "has no lines for no words", text: " ", lines: [] },
])("wrap $name", ({ text, lines }) => {
  expect(wrap(text, 8)).toEqual(lines);
});

test("wrap counts no colours", () => {
  const { red } = picocolors.createColors(true);
  expect(wrap(`${red("one")} two3`, 8)).toHaveLength(1);
});

test("wrapAfter begins each line below the first word", () => {
  expect(wrapAfter("At: ", "one two three", 9)).toEqual(["At: one", "    two", "    three"]);
});
