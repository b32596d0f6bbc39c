import { expect, test } from "vitest";

import { AwsCallError } from "../src/aws/calls.ts";
import { ScanError, asError } from "../src/errors.ts";

test("whatever is thrown becomes an error, and an error stays itself", () => {
  const error = new TypeError("x");
  expect(asError(error)).toBe(error);
  expect(asError("broken")).toEqual(new Error("broken"));
});

test("a failed call names its action, its resource and its cause, and keeps the cause", () => {
  const cause = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
  const error = new AwsCallError("ecs:ListServices", "ECS cluster main", cause);
  expect(error.message).toBe(
    "ecs:ListServices failed for ECS cluster main: ThrottlingException: Rate exceeded",
  );
  expect(error).toMatchObject({ name: "AwsCallError", code: "ThrottlingException", cause });
});

test("a failed scan tells all of its causes", () => {
  const error = new ScanError([new Error("no ECS"), new Error("no Lambda")]);
  expect(error.message).toBe(
    "The scan for images in use failed, so nothing is deleted: no ECS; no Lambda",
  );
  expect(error.errors).toHaveLength(2);
});
