import { expect, test } from "vitest";

import { AwsCallError } from "../../src/aws/calls.ts";

test("an AwsCallError names its action, its resource and its cause, and keeps the cause", () => {
  const cause = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
  const error = new AwsCallError("ecs:ListServices", "ECS cluster main", cause);
  expect(error.message).toBe(
    "ecs:ListServices failed for ECS cluster main: ThrottlingException: Rate exceeded",
  );
  expect(error).toMatchObject({ name: "AwsCallError", code: "ThrottlingException", cause });
});
