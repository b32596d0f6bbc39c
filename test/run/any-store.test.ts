import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

import fc from "fast-check";
import { expect, test } from "vitest";

import { inputs, takeYourTime } from "../random-inputs.ts";
import type { Account } from "../simulator/account.ts";
import { storedObject } from "../simulator/services/s3/state.ts";
import { expectationsOf } from "./any-account/oracle/oracle.ts";
import {
  type DrawnOrganization,
  buildOrganization,
  organizations,
} from "./any-account/organizations.ts";
import { imagesIn, tryAgain, wronglyDeleted, wronglyKept } from "./any-account/trial.ts";

takeYourTime();

const BUCKET = "memories";
const STORE = { STORE: `s3://${BUCKET}` };
const HISTORY = "history/123456789012/eu-west-1.json.gz";

/** Fresh organizations, whose home has a bucket. */
function build(drawn: DrawnOrganization, now: number) {
  const organization = buildOrganization(drawn, now);
  organization.home.buckets.set(BUCKET, { objects: new Map() });
  return organization;
}

test("the run after a run that left a store deletes what it must, and nothing that it must keep", async () => {
  await fc.assert(
    fc.asyncProperty(organizations, async (drawn) => {
      const now = Date.now();
      const organization = build(drawn, now);
      const settings = { ...drawn.settings, ...STORE };
      await tryAgain(organization, settings, now, { isDryRun: true });
      // The first run has stamped the pull times of the indexes that it read.
      const second = await tryAgain(organization, settings, now + 120_000);
      expect(wronglyDeleted(second)).toEqual([]);
      expect(wronglyKept(second)).toEqual([]);
    }),
    inputs(60),
  );
});

/** Lets the history of each repository be 30 days old. */
async function ageHistory({ buckets }: Account): Promise<void> {
  const objects = buckets.get(BUCKET)?.objects;
  const bytes = objects?.get(HISTORY)?.bytes;
  if (objects === undefined || bytes === undefined) return;
  const { content, ...header } = JSON.parse((await promisify(gunzip)(bytes)).toString());
  for (const { observed } of Object.values<any>(content)) {
    for (const each of observed) {
      each.hours = Array.from({ length: 31 }, (_, i) => each.hours[0] - 24 * (30 - i));
    }
  }
  const aged = await promisify(gzip)(JSON.stringify({ ...header, content }));
  objects.set(HISTORY, storedObject(aged));
}

test("when all users are gone, nothing is deleted that they needed when a run last found them", async () => {
  let deleted = 0;
  await fc.assert(
    fc.asyncProperty(organizations, async (drawn) => {
      const now = Date.now();
      const {
        MAX_DELETE_PERCENT: _,
        MAX_DELETIONS: __,
        IN_USE_EVIDENCE: ___,
        ...rest
      } = drawn.settings;
      const settings = { ...rest, ...STORE, ALLOW_EMPTY_IN_USE: "true" };
      const used = build(drawn, now);
      const expected = expectationsOf(used, settings, now);
      await tryAgain(used, settings, now, { isDryRun: true });
      await ageHistory(used.home);

      const unused = build({ ...drawn, users: [] }, now);
      const store = used.home.buckets.get(BUCKET);
      if (store !== undefined) unused.home.buckets.set(BUCKET, store);
      const later = await tryAgain(unused, { ...settings, DEFAULT_KEEP_USED_DAYS: "14" }, now);
      const lost = [...expected].flatMap(([name, images]) =>
        [...images]
          .filter(([, expectation]) => expectation === "keep")
          .filter(([digest]) => later.after.get(name)?.has(digest) !== true)
          .map(([digest]) => `${name}@${digest}`),
      );
      expect(lost).toEqual([]);
      deleted += imagesIn(later.before).length - imagesIn(later.after).length;
    }),
    inputs(150),
  );
  // A run that deletes nothing proves nothing.
  expect(deleted).toBeGreaterThan(0);
});
