import { expect, test } from "vitest";

import { ScanError, asError } from "../src/errors.ts";

test("asError wraps any thrown value and returns an error as it is", () => {
  const error = new TypeError("x");
  expect(asError(error)).toBe(error);
  expect(asError("broken")).toEqual(new Error("broken"));
});

test("a ScanError names all of its causes", () => {
  const error = new ScanError([new Error("no ECS"), new Error("no Lambda")]);
  expect(error.message).toBe(
    "The scan for images in use failed, so nothing is deleted: no ECS; no Lambda",
  );
  expect(error.errors).toHaveLength(2);
});
