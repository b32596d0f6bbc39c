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

test("an AwsCallError for a certificate of an unknown issuer names the variable to set", () => {
  const cause = Object.assign(new Error("self-signed certificate in certificate chain"), {
    code: "SELF_SIGNED_CERT_IN_CHAIN",
  });
  expect(new AwsCallError("ecs:ListClusters", "ECS", cause).message).toBe(
    "ecs:ListClusters failed for ECS: SELF_SIGNED_CERT_IN_CHAIN: self-signed certificate in certificate chain; " +
      "if a proxy signs with a certificate authority of your own, set NODE_EXTRA_CA_CERTS to its PEM file",
  );
});
