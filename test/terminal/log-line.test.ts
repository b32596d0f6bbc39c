import picocolors from "picocolors";
import { expect, test } from "vitest";

import { formatLogLine } from "../../src/terminal/log-line.ts";

test("formatLogLine writes the fields after the message", () => {
  const entry = { level: "ERROR", message: "Broken", timestamp: "now", service: "x", tags: ["v1"] };
  expect(formatLogLine(entry, picocolors.createColors(false))).toBe('error Broken tags: ["v1"]');
});
