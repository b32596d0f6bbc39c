import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

import type { AwsCredentialIdentity } from "@smithy/types";

import { call, required } from "../../aws/calls.ts";
import type { Clients, Identity, Service } from "../../aws/clients.ts";
import type { Statement } from "../../aws/permissions.ts";
import { EVIDENCE_ROLE } from "./role-name.ts";

const ASSUME_ROLE = "sts:AssumeRole";
const GET_CALLER_IDENTITY = "sts:GetCallerIdentity";

const STS = {
  Client: STSClient,
  answers: {
    [ASSUME_ROLE]: [
      "Credentials.AccessKeyId",
      "Credentials.SecretAccessKey",
      "Credentials.Expiration",
    ],
    [GET_CALLER_IDENTITY]: ["Account", "Arn"],
  },
} satisfies Service<STSClient>;

/** AWS allows an hour, and no more, to a role that assumes another one. */
const SESSION_SECONDS = 3600;
/** Credentials are renewed this long before they end, in ms: earlier than the SDK asks for new ones. */
const RENEWED_BEFORE_MS = 10 * 60_000;

export const ASSUME_STATEMENT: Statement = {
  Sid: "AssumeEvidenceRoles",
  Action: [ASSUME_ROLE],
  Resource: `arn:aws:iam::*:role/${EVIDENCE_ROLE}`,
  purpose: "what other accounts use, by a role in each; only with `IN_USE_ACCOUNTS`",
};

/** Who the program is: its account, and the partition of AWS that the account is in. */
export interface Caller {
  readonly account: string;
  readonly partition: string;
}

/** Asks AWS whose the credentials are. It needs no permission. Throws AwsCallError. */
export async function readCaller({ client }: Clients): Promise<Caller> {
  const resource = "the credentials in use";
  const { Account, Arn } = await call(GET_CALLER_IDENTITY, resource, () =>
    client(STS).send(new GetCallerIdentityCommand({})),
  );
  return {
    account: required(Account, GET_CALLER_IDENTITY, resource),
    partition: required(Arn?.split(":")[1], GET_CALLER_IDENTITY, resource),
  };
}

/** A role of another account. */
export interface EvidenceRole {
  readonly arn: string;
  readonly externalId: string | undefined;
}

/** The credentials of a role: assumed once, however many ask at the same time, and renewed before they end. */
export function assume(clients: Clients, role: EvidenceRole, now: () => number): Identity {
  let latest: Promise<Session> | undefined;
  const isEnding = ({ expiration }: Session) => expiration.getTime() - now() < RENEWED_BEFORE_MS;
  return async () => {
    const known = latest;
    // A failure is no answer to keep.
    const session = await known?.catch(() => undefined);
    if (session !== undefined && !isEnding(session)) return session;
    // Of those who waited for the same credentials, only the first asks for new ones.
    latest = latest === known || latest === undefined ? assumeNow(clients, role) : latest;
    return latest;
  };
}

/** Credentials, and when they end. */
interface Session extends AwsCredentialIdentity {
  readonly expiration: Date;
}

async function assumeNow({ client }: Clients, { arn, externalId }: EvidenceRole): Promise<Session> {
  const command = new AssumeRoleCommand({
    RoleArn: arn,
    RoleSessionName: "aws-ecr-cleaner",
    DurationSeconds: SESSION_SECONDS,
    ...(externalId !== undefined && { ExternalId: externalId }),
  });
  const resource = `role ${arn}`;
  const { Credentials } = await call(ASSUME_ROLE, resource, () => client(STS).send(command));
  const have = <Part>(part: Part | undefined) => required(part, ASSUME_ROLE, resource);
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = have(Credentials);
  return {
    accessKeyId: have(AccessKeyId),
    secretAccessKey: have(SecretAccessKey),
    sessionToken: have(SessionToken),
    expiration: have(Expiration),
  };
}
