import { expect, test } from "vitest";

import { ScanError, asError } from "../src/errors.ts";

test("whatever is thrown becomes an error, and an error stays itself", () => {
  const error = new TypeError("x");
  expect(asError(error)).toBe(error);
  expect(asError("broken")).toEqual(new Error("broken"));
});

test("a failed scan tells all of its causes", () => {
  const error = new ScanError([new Error("no ECS"), new Error("no Lambda")]);
  expect(error.message).toBe(
    "The scan for images in use failed, so nothing is deleted: no ECS; no Lambda",
  );
  expect(error.errors).toHaveLength(2);
});
