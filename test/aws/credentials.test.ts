import { describe, expect, test } from "vitest";

import { readCredentials } from "../../src/aws/credentials.ts";

const KEYS = { accessKeyId: "simulated", secretAccessKey: "simulated" };

describe("readCredentials", () => {
  test.for([
    { source: { CREDENTIALS_ENV_VARS: "g" }, env: {}, text: "the environment (AWS_ACCESS_KEY_ID)" },
    { source: { CREDENTIALS_PROFILE: "n" }, env: { AWS_PROFILE: "prod" }, text: "profile prod" },
    { source: { CREDENTIALS_PROFILE_SSO: "r" }, env: {}, text: "the default profile" },
    { source: { CREDENTIALS_HTTP: "z" }, env: {}, text: "the container" },
    { source: { CREDENTIALS_IMDS: "0" }, env: {}, text: "the EC2 instance" },
    {
      source: { CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN: "h" },
      env: { AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci/cleaner" },
      text: "role cleaner, by a web identity",
    },
  ])("says where they come from: $text", async ({ source, env, text }) => {
    const provider = async () => Object.assign({ $source: source }, KEYS);
    expect(await readCredentials(provider, env)).toBe(text);
  });

  test.for([
    { env: {}, message: "No AWS credentials were found: set AWS_PROFILE, or sign in (expired)." },
    {
      env: { AWS_PROFILE: "prod" },
      message:
        'No credentials were found for the AWS profile "prod", which AWS_PROFILE names: check its name with ' +
        '"aws configure list-profiles", or sign in with "aws sso login --profile prod" (expired).',
    },
  ])("says what to do without any, with $env", async ({ env, message }) => {
    const provider = async () => {
      throw new Error("expired.");
    };
    await expect(readCredentials(provider, env)).rejects.toThrow(message);
  });
});
