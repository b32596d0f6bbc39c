import fc from "fast-check";

import { enabled } from "../../simulator/account.ts";
import type { Place } from "../../simulator/operation.ts";
import { createOrganization } from "../../simulator/organization.ts";
import { changeCopy, copyChanges, copyPlaces } from "./copies.ts";
import {
  COPY_PLACES,
  type Denial,
  HOME,
  OTHER_ACCOUNT,
  OTHER_REGION,
  PLACES,
  THIRD_ACCOUNT,
  type TriedOrganization,
} from "./places.ts";
import { policies, registryPolicies } from "./policies.ts";
import { REPOSITORIES, repositoryNames, sometimes } from "./references.ts";
import { createRepository, repositories } from "./repositories.ts";
import { noScopes, scopes, settings } from "./settings.ts";
import { aimAt, aimAtTag, byNameIn } from "./users/aim.ts";
import { addUser, userId, usersIn } from "./users/users.ts";

/** A rule that repeats pushes elsewhere, and perhaps deletions, of some repositories or, once in so many times, of all. */
const replicationRule = (times: number) =>
  fc.record({
    isDeletionRepeated: fc.boolean(),
    prefix: fc.option(fc.constantFrom("shop/", "s", "nothing/"), { freq: times - 1 }),
    destinations: fc.array(copyPlaces, { minLength: 1, maxLength: 2, size: "xsmall" }),
  });

/**
 * Users, most of which name an image that is there; `copy` is the number of the change to a copy whose registry they name, and
 * perhaps its tag.
 */
const aimingUsers = (places: fc.Arbitrary<Place>, copies: fc.Arbitrary<number | undefined>) =>
  fc.array(
    fc.record({
      user: usersIn(places),
      aim: sometimes(fc.nat(11), fc.constant(undefined), 3),
      copy: copies,
    }),
    { maxLength: 4 },
  );

const drawnRegions = sometimes(
  [HOME.region, OTHER_REGION],
  fc.constantFrom([HOME.region], [OTHER_REGION]),
  8,
);

/** The accounts beside home. */
const members = fc.record({
  [OTHER_ACCOUNT]: fc.record({
    role: sometimes("ecr-cleaner-evidence", fc.constant(null), 15),
    regions: drawnRegions,
  }),
  [THIRD_ACCOUNT]: fc.record({
    role: sometimes("ecr-cleaner-evidence", fc.constant(null), 15),
    regions: drawnRegions,
    state: sometimes("ACTIVE", fc.constant("SUSPENDED"), 3),
  }),
});

const denials: fc.Arbitrary<Denial> = fc.record({
  place: fc.constantFrom(...PLACES),
  calls: fc.constantFrom("evidence", "ECR"),
});

/** What is drawn alike for one place and for many. */
const common = {
  ecr: repositories,
  /** What the index of tags says, which lags behind the repositories. */
  tagIndex: sometimes("up to date", fc.constantFrom("all are enabled", "none is there"), 12),
};
const nothing = fc.constant(undefined);

/** A policy for each of home's repositories. */
const homePolicies = (times: number) => fc.tuple(policies(times), policies(times), policies(times));

/** Home alone is used and read, as in most accounts; what is elsewhere is there, and nobody looks at it. */
const alone = fc.record({
  ...common,
  users: aimingUsers(fc.constant(HOME), nothing),
  replicationRules: fc.array(replicationRule(6), { maxLength: 2, size: "xsmall" }),
  settings: settings(noScopes),
  policies: homePolicies(15),
  registryPolicy: registryPolicies(60),
  members: fc.constant({}),
  copyPolicies: fc.constant([]),
  copyChanges: fc.constant([]),
  denial: nothing,
});

/** Images are used in several places, and copied there. */
const spread = fc.record({
  ...common,
  users: aimingUsers(fc.constantFrom(...PLACES), sometimes(undefined, fc.nat(5), 2)),
  replicationRules: fc.array(replicationRule(2), { minLength: 1, maxLength: 2 }),
  settings: settings(scopes),
  policies: homePolicies(8),
  registryPolicy: registryPolicies(15),
  members,
  copyPolicies: fc.array(
    fc.record({
      place: fc.constantFrom(...COPY_PLACES),
      repository: repositoryNames,
      policy: policies(3),
    }),
    { maxLength: 1 },
  ),
  copyChanges,
  denial: sometimes(undefined, denials, 15),
});

/** Whole organizations, as they are drawn: plain data, so that a counterexample can be read. */
const organizationsOf = (many: number) =>
  fc
    .oneof({ weight: 8 - many, arbitrary: alone }, { weight: many, arbitrary: spread })
    .map((each) => ({
      ...each,
      users: each.users.map(({ user, aim, copy }) => {
        const aimed = aim === undefined ? user : aimAt(user, each.ecr, aim);
        const changed = each.copyChanges[(copy ?? NaN) % each.copyChanges.length];
        if (changed === undefined) return aimed;
        return aim === undefined ? aimAtTag(user, changed) : byNameIn(aimed, changed.place);
      }),
    }));

/** Most often home alone. */
export const organizations = organizationsOf(2);
/** Always with something in other places. */
export const spreadOrganizations = organizationsOf(8);
export type DrawnOrganization =
  typeof organizations extends fc.Arbitrary<infer Value> ? Value : never;

/** A fresh organization with the drawn data; ages count from `now`, in milliseconds since the epoch. */
export function buildOrganization(each: DrawnOrganization, now: number): TriedOrganization {
  const { denial } = each;
  const organization = {
    ...createOrganization({
      home: homeOf(each, now),
      accounts: { [OTHER_ACCOUNT]: {}, [THIRD_ACCOUNT]: {}, ...each.members },
      places: Object.fromEntries(
        COPY_PLACES.map(({ id, region }) => [
          `${id}/${region}`,
          { repositories: repositoriesOf(each, now) },
        ]),
      ),
    }),
    denial,
  };
  for (const { place, repository, policy } of each.copyPolicies) {
    if (policy === undefined) continue;
    organization.place(place.id, place.region).policies.set(repository, policy);
  }
  for (const [i, change] of each.copyChanges.entries()) {
    changeCopy(organization, change, `copy-${i}`, now);
  }
  for (const [i, user] of each.users.entries()) addUser(organization, user, userId(i));
  return organization;
}

function repositoriesOf({ ecr }: DrawnOrganization, now: number) {
  return Object.fromEntries(
    ecr.repositories.map((each, i) => [
      REPOSITORIES[i] ?? "",
      createRepository(each, ecr.contents, now),
    ]),
  );
}

function homeOf(each: DrawnOrganization, now: number) {
  const { tagIndex, replicationRules: rules, registryPolicy } = each;
  const home = repositoriesOf(each, now);
  const names = Object.keys(home);
  return {
    repositories: home,
    replication: rules.map(({ isDeletionRepeated, prefix, destinations }) => ({
      destinations: destinations.map(({ id, region }) => ({ registryId: id, region })),
      ...(prefix !== null && {
        repositoryFilters: [{ filter: prefix, filterType: "PREFIX_MATCH" as const }],
      }),
      deleteReplication: { enabled: isDeletionRepeated },
    })),
    policies: Object.fromEntries(
      names.flatMap((name, i) => {
        const policy = each.policies[i];
        return policy === undefined ? [] : [[name, policy]];
      }),
    ),
    ...(registryPolicy !== undefined && { registryPolicy }),
    ...(tagIndex === "all are enabled" && {
      tagIndex: Object.fromEntries(names.map((name) => [name, enabled([])])),
    }),
    ...(tagIndex === "none is there" && { tagIndex: {} }),
  };
}
