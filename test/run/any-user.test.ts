import { expect, test } from "vitest";

import { createAccount, enabled, old } from "../simulator/account.ts";
import { SOURCES } from "./any-account/settings.ts";
import { type Trial, tryAgain, wronglyDeleted, wronglyKept } from "./any-account/trial.ts";
import { RUNNING, everyUser } from "./any-account/users/every-user.ts";
import { addUser } from "./any-account/users/users.ts";

const USERS = everyUser();

/** Makes a run on an account in which each user has a repository: with its image, the one that it runs, and another. */
async function tryOnEveryUser(settings: Record<string, string>): Promise<Trial> {
  const images = () => [old("v1"), old(`image-${RUNNING}`), old("unused")];
  const account = createAccount({
    repositories: Object.fromEntries(USERS.map(({ name }) => [name, enabled(images())])),
  });
  for (const { name, user } of USERS) addUser(account, user, name);
  return tryAgain(account, settings, Date.now());
}

/** Half of the sources of evidence each. */
const EVEN = SOURCES.filter((_, i) => i % 2 === 0).join(" ");
const ODD = SOURCES.filter((_, i) => i % 2 === 1).join(" ");

test.for<{ name: string; settings: Record<string, string> }>([
  { name: "no family of task definitions counts", settings: { KEEP_TASK_DEFINITIONS: "0" } },
  { name: "two revisions of each family count", settings: { KEEP_TASK_DEFINITIONS: "2" } },
  { name: "evidence is the original's", settings: { IN_USE_EVIDENCE: "original" } },
  { name: "half of the sources are left out", settings: { IN_USE_SOURCES: EVEN } },
  { name: "the other half is left out", settings: { IN_USE_SOURCES: ODD } },
])(
  "every user keeps the images that the README says, and no others, if $name",
  async ({ settings }) => {
    const trial = await tryOnEveryUser(settings);
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
