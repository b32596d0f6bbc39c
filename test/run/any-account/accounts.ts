import fc from "fast-check";

import { type Account, createAccount, enabled } from "../../simulator/account.ts";
import { REPOSITORIES, sometimes } from "./references.ts";
import { createRepository, repositories } from "./repositories.ts";
import { settings } from "./settings.ts";
import { aimAt } from "./users/aim.ts";
import { addUser, users } from "./users/users.ts";

const ELSEWHERE = [{ region: "us-east-1", registryId: "123456789012" }];

/** Rules that repeat pushes elsewhere, and perhaps deletions, of all repositories or of some. */
const replicationRules = fc.array(
  fc.record({
    isDeletionRepeated: fc.boolean(),
    prefix: fc.option(fc.constantFrom("shop/", "s", "nothing/")),
  }),
  { maxLength: 2, size: "xsmall" },
);

/** Users, most of which name an image that is there. */
const aimingUsers = fc.array(
  fc.record({ user: users, aim: sometimes(fc.nat(11), fc.constant(undefined), 3) }),
  { maxLength: 4 },
);

const drawnAccounts = fc.record({
  ecr: repositories,
  users: aimingUsers,
  replicationRules,
  /** What the index of tags says, which lags behind the repositories. */
  tagIndex: sometimes("up to date", fc.constantFrom("all are enabled", "none is there"), 12),
  settings,
});

/** Whole accounts, as they are drawn: plain data, so that a counterexample can be read. */
export const accounts = drawnAccounts.map((drawn) => ({
  ...drawn,
  users: drawn.users.map(({ user, aim }) =>
    aim === undefined ? user : aimAt(user, drawn.ecr, aim),
  ),
}));
export type DrawnAccount = typeof accounts extends fc.Arbitrary<infer Value> ? Value : never;

/** A fresh account with the drawn data; ages count from `now`, in milliseconds since the epoch. */
export function buildAccount(drawn: DrawnAccount, now: number): Account {
  const { ecr, tagIndex, replicationRules: rules } = drawn;
  const named = ecr.repositories.map((each, i): [string, ReturnType<typeof createRepository>] => [
    REPOSITORIES[i] ?? "",
    createRepository(each, ecr.contents, now),
  ]);
  const account = createAccount({
    repositories: Object.fromEntries(named),
    replication: rules.map(({ isDeletionRepeated, prefix }) => ({
      destinations: ELSEWHERE,
      ...(prefix !== null && {
        repositoryFilters: [{ filter: prefix, filterType: "PREFIX_MATCH" as const }],
      }),
      deleteReplication: { enabled: isDeletionRepeated },
    })),
    ...(tagIndex === "all are enabled" && {
      tagIndex: Object.fromEntries(named.map(([name]) => [name, enabled([])])),
    }),
    ...(tagIndex === "none is there" && { tagIndex: {} }),
  });
  for (const [i, user] of drawn.users.entries()) addUser(account, user, userId(i));
  return account;
}

/** The name of a drawn user in its account. */
export function userId(position: number): string {
  return `user-${position}`;
}
