import { type Members, type Operation, ServiceError, pageOf, requireRange } from "../operation.ts";
import { jsonService, stateless } from "../service.ts";
import type { Member, MemberState } from "../world.ts";

/** The states that the older member of an answer, Status, has a word for. */
const STATUSES: ReadonlySet<MemberState> = new Set(["ACTIVE", "SUSPENDED", "PENDING_CLOSURE"]);

/** The first page is empty, with a token: AWS says that this happens. */
const listAccounts: Operation<object> = (_, input, { world, caller }) => {
  const { MaxResults = 20, NextToken } = input;
  const { organizationId, home, members } = world;
  if (organizationId === undefined) {
    throw new ServiceError(
      "AWSOrganizationsNotInUseException",
      "Your account is not a member of an organization.",
    );
  }
  if (caller.accountId !== home.id) {
    throw new ServiceError(
      "AccessDeniedException",
      "You don't have permissions to access this resource.",
    );
  }
  requireRange("MaxResults", MaxResults, 1, 20, "InvalidInputException");
  const size = NextToken === undefined ? 0 : MaxResults;
  const { items, nextToken } = pageOf([...members], NextToken, size);
  const prefix = `arn:aws:organizations::${home.id}:account/${organizationId}`;
  const Accounts = items.map(([id, member]) => describe(prefix, id, member));
  return { Accounts, NextToken: nextToken };
};

function describe(prefix: string, id: string, { name, state }: Member): Members {
  return {
    Id: id,
    Arn: `${prefix}/${id}`,
    Email: `aws+${id}@example.com`,
    Name: name,
    State: state,
    ...(STATUSES.has(state) && { Status: state }),
    JoinedMethod: "CREATED",
    JoinedTimestamp: 1_700_000_000,
  };
}

export const organizations = jsonService({
  prefix: "organizations",
  sdkId: "Organizations",
  pageToken: "NextToken",
  createState: stateless,
  version: "1.1",
  target: "AWSOrganizationsV20161128",
  isGlobal: true,
  throttled: { code: "TooManyRequestsException", status: 400 },
  operations: { ListAccounts: listAccounts },
});
