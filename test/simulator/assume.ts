import { type AssumeRoleCommandInput, AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";

import { settings } from "./ask.ts";
import type { Simulator } from "./simulator.ts";

export const OTHER = "222222222222";

/** Asks for the evidence role of the other account, as home by default. */
export function assume(
  simulator: Simulator,
  input: Partial<AssumeRoleCommandInput> = {},
  { credentials } = settings(simulator),
) {
  const RoleArn = `arn:aws:iam::${OTHER}:role/ecr-cleaner-evidence`;
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: "test", ...input });
  return new STSClient({ ...settings(simulator), credentials }).send(command);
}

/** The settings of an SDK client that asks with the evidence role of the other account. */
export async function assumedSettings(simulator: Simulator) {
  const { Credentials } = await assume(simulator);
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
  const credentials = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
  return { ...settings(simulator), credentials };
}
