import { expect, test } from "vitest";

import { enabled, old } from "../simulator/account.ts";
import type { Place } from "../simulator/operation.ts";
import { createOrganization } from "../simulator/organization.ts";
import { HOME, OTHER_ACCOUNT, OTHER_REGION } from "./any-account/places.ts";
import { SOURCES } from "./any-account/settings.ts";
import { type Trial, tryAgain, wronglyDeleted, wronglyKept } from "./any-account/trial.ts";
import { RUNNING, everyUser } from "./any-account/users/every-user.ts";
import { addUser } from "./any-account/users/users.ts";

const USERS = everyUser(HOME);

/** Makes a run in which each user has a repository: with its image, the one that it runs, and another. */
async function tryOnEveryUser(
  settings: Record<string, string>,
  place: Place = HOME,
): Promise<Trial> {
  const images = () => [old("v1"), old(`image-${RUNNING}`), old("unused")];
  const organization = createOrganization({
    home: { repositories: Object.fromEntries(USERS.map(({ name }) => [name, enabled(images())])) },
    accounts: { [OTHER_ACCOUNT]: {} },
  });
  for (const { name, user } of everyUser(place)) addUser(organization, user, name);
  return tryAgain(organization, settings, Date.now());
}

/** Half of the sources of evidence each. */
const EVEN = SOURCES.filter((_, i) => i % 2 === 0).join(" ");
const ODD = SOURCES.filter((_, i) => i % 2 === 1).join(" ");

const ELSEWHERE = { id: OTHER_ACCOUNT, region: OTHER_REGION };

test.for<{ name: string; settings: Record<string, string>; place?: Place }>([
  { name: "no family of task definitions counts", settings: { KEEP_TASK_DEFINITIONS: "0" } },
  { name: "two revisions of each family count", settings: { KEEP_TASK_DEFINITIONS: "2" } },
  { name: "evidence is the original's", settings: { IN_USE_EVIDENCE: "original" } },
  { name: "half of the sources are left out", settings: { IN_USE_SOURCES: EVEN } },
  { name: "the other half is left out", settings: { IN_USE_SOURCES: ODD } },
  {
    name: "it is in another account and Region, which are read",
    settings: {
      IN_USE_ACCOUNTS: OTHER_ACCOUNT,
      IN_USE_REGIONS: OTHER_REGION,
      ALLOW_EMPTY_IN_USE: "true",
    },
    place: ELSEWHERE,
  },
  {
    name: "it is in another account and Region, which nobody reads",
    settings: { ALLOW_EMPTY_IN_USE: "true" },
    place: ELSEWHERE,
  },
])(
  "every user keeps the images that the README says, and no others, if $name",
  async ({ settings, place }) => {
    const trial = await tryOnEveryUser(settings, place);
    expect(trial.summary.failures).toEqual([]);
    expect(wronglyDeleted(trial)).toEqual([]);
    expect(wronglyKept(trial)).toEqual([]);
  },
);

test("only users that cannot start an image let it go", async () => {
  const { after } = await tryOnEveryUser({});
  const kinds = USERS.filter(({ name, user: { start } }) => {
    const tags = [...(after.get(name)?.values() ?? [])].flat();
    return start === "by revision" && !tags.includes("v1");
  }).map(({ user: { kind } }) => kind);
  expect([...new Set(kinds)]).toEqual([
    "inactive service",
    "stopped task",
    "older revision",
    "oldest revision",
    "deregistered revision",
    "app DELETED",
    "schedule of a function",
    "pipe to a function",
    "state machine that chooses",
    "state machine that chooses in JSONata",
    "INACTIVE job definition",
    "job SUCCEEDED",
    "job FAILED",
    "model package alone",
    "finished training job",
    "finished processing job",
    "pod of a connected cluster",
  ]);
});
