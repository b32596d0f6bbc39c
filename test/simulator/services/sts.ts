import { type Members, type Operation, ServiceError, requireRange } from "../operation.ts";
import { queryService, stateless } from "../service.ts";
import type { Caller } from "../sessions.ts";
import type { World } from "../world.ts";

const ROLE_ARN = /^arn:aws[\w-]*:iam::(?<accountId>\d{12}):role\/(?<role>.+)$/;
const INVALID = "ValidationError";

/** Whoever runs the cleaner has a role already, so that this is role chaining: an hour at most. */
const assumeRole: Operation<object> = (_, input, { world, caller, sessions }) => {
  const { RoleSessionName = "", DurationSeconds = 3600, ExternalId } = input;
  requireRange("the length of RoleSessionName", RoleSessionName.length, 2, 64, INVALID);
  requireRange("DurationSeconds", Number(DurationSeconds), 900, 3600, INVALID);
  if (ExternalId !== undefined) {
    requireRange("the length of ExternalId", ExternalId.length, 2, 1224, INVALID);
  }
  const { accountId, role } = requireTrust(world, caller, input);
  const name = role.slice(role.lastIndexOf("/") + 1);
  const session = sessions.assume(accountId, name, RoleSessionName, DurationSeconds * 1000);
  return {
    Credentials: {
      AccessKeyId: session.keyId,
      SecretAccessKey: session.secret,
      SessionToken: session.token,
      Expiration: session.expiresAt.toISOString(),
    },
    AssumedRoleUser: { AssumedRoleId: `AROASIMULATED:${RoleSessionName}`, Arn: session.arn },
  };
};

/** The role of a call, if home may assume it; AWS does not say which part of it is wrong. */
function requireTrust(world: World<{ readonly id: string }>, caller: Caller, input: Members) {
  const { RoleArn = "", ExternalId } = input;
  const { accountId = "", role = "" } = ROLE_ARN.exec(RoleArn)?.groups ?? {};
  if (accountId === "") throw new ServiceError(INVALID, `${RoleArn} is invalid`);
  const member = world.members.get(accountId);
  const isTrusted =
    caller.accountId === world.home.id &&
    member?.state === "ACTIVE" &&
    member.role === role &&
    (member.externalId === undefined || member.externalId === ExternalId);
  if (isTrusted) return { accountId, role };
  throw new ServiceError(
    "AccessDenied",
    `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
    403,
  );
}

const getCallerIdentity: Operation<object> = (_, __, { caller: { accountId, arn } }) => ({
  Arn: arn,
  UserId: `AROASIMULATED:${arn.slice(arn.lastIndexOf("/") + 1)}`,
  Account: accountId,
});

export const sts = queryService({
  prefix: "sts",
  sdkId: "STS",
  pageToken: "",
  createState: stateless,
  version: "2011-06-15",
  resourceOf: (_, { RoleArn }) => RoleArn,
  operations: { AssumeRole: assumeRole, GetCallerIdentity: getCallerIdentity },
});
