import { readFileSync, readdirSync } from "node:fs";

import picocolors from "picocolors";
import { describe, expect, test } from "vitest";

import {
  formatLogLine,
  isShownByExplanation,
  isShownByReport,
} from "../../src/terminal/log-line.ts";

const MACHINE = { timestamp: "now", service: "x" };

test.for([
  {
    entry: { level: "ERROR", message: "Broken", tags: ["v1"] },
    line: 'Error: Broken (tags: ["v1"])',
  },
  { entry: { level: "WARN", message: "Odd", reason: "it is" }, line: "Warning: Odd: it is" },
  {
    entry: { level: "INFO", message: "Seen", place: "here", reason: { a: 1 } },
    line: 'Info: Seen (place: here): {"a":1}',
  },
])("an entry becomes the line $line", ({ entry, line }) => {
  expect(formatLogLine({ ...MACHINE, ...entry }, picocolors.createColors(false))).toBe(line);
});

describe("of the log, people read only what nothing else says:", () => {
  test.for([
    { message: "A setting is wrong", byReport: false, byExplanation: false },
    {
      message: "Cannot read the tag index, asking each repository",
      byReport: false,
      byExplanation: false,
    },
    { message: "Cannot know which images this uses", byReport: true, byExplanation: false },
    {
      message:
        "The run reads only the evidence that the original reads. Images that only tasks, revisions, indexes or further services use can be deleted",
      byReport: true,
      byExplanation: false,
    },
    { message: "Skipping a repository", byReport: true, byExplanation: true },
    { message: "Could not clean a repository", byReport: true, byExplanation: true },
    { message: "Could not delete an image", byReport: true, byExplanation: true },
    { message: "The run ended early", byReport: true, byExplanation: true },
    { message: "No such repository is enabled for cleaning", byReport: true, byExplanation: true },
  ])("$message", ({ message, byReport, byExplanation }) => {
    expect(isShownByReport({ message })).toBe(byReport);
    expect(isShownByExplanation({ message })).toBe(byExplanation);
    const files = readdirSync("src", { recursive: true, encoding: "utf8" });
    const sources = files
      .filter((path) => path.endsWith(".ts") && !path.startsWith("terminal"))
      .map((path) => readFileSync(`src/${path}`, "utf8"));
    expect(sources.some((source) => source.includes(`"${message}"`))).toBe(true);
  });
});
