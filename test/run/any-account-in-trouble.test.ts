import fc from "fast-check";
import { expect, test } from "vitest";

import { inputs, takeYourTime } from "../random-inputs.ts";
import { changes, imageChanges } from "./any-account/changes.ts";
import { unheededLosses } from "./any-account/heed.ts";
import { tryInterrupted, wrongLosses } from "./any-account/interrupted.ts";
import {
  buildOrganization,
  organizations,
  spreadOrganizations,
} from "./any-account/organizations.ts";
import { placesRead } from "./any-account/oracle/places.ts";
import { interruptions } from "./any-account/timeline.ts";
import { tryOn, wronglyDeleted } from "./any-account/trial.ts";
import { evidenceTroubles, inTrouble, troubles } from "./any-account/troubles.ts";

takeYourTime();

test("whatever others change in the middle of a run, nothing that must be kept loses a tag", async () => {
  await fc.assert(
    fc.asyncProperty(organizations, interruptions(changes), async (drawn, drawnChanges) => {
      const trial = await tryInterrupted(drawn, drawnChanges);
      expect(wrongLosses(trial)).toEqual([]);
    }),
    inputs(300),
  );
});

test("an image that others tag while the run is about to delete it stays", async () => {
  await fc.assert(
    fc.asyncProperty(
      organizations,
      interruptions(imageChanges("tag")),
      async (drawn, drawnChanges) => {
        const trial = await tryInterrupted(drawn, drawnChanges);
        expect(unheededLosses(trial, "tag")).toEqual([]);
      },
    ),
    inputs(120),
  );
});

test("an image that others pull while the run is about to delete it stays", async () => {
  await fc.assert(
    fc.asyncProperty(
      organizations,
      interruptions(imageChanges("pull")),
      async (drawn, drawnChanges) => {
        const trial = await tryInterrupted(drawn, drawnChanges);
        expect(unheededLosses(trial, "pull")).toEqual([]);
      },
    ),
    inputs(120),
  );
});

test("whatever AWS answers wrongly or denies, nothing that must be kept is deleted", async () => {
  await fc.assert(
    fc.asyncProperty(organizations, troubles, async (drawn, drawnTroubles) => {
      const trial = await tryOn(drawn, { simulated: inTrouble(drawnTroubles) });
      expect(wronglyDeleted(trial)).toEqual([]);
    }),
    inputs(100),
  );
});

test("whatever AWS answers wrongly or denies, a run without all evidence deletes nothing and fails", async () => {
  await fc.assert(
    fc.asyncProperty(organizations, evidenceTroubles, async (drawn, drawnTroubles) => {
      const trial = await tryOn(drawn, { simulated: inTrouble(drawnTroubles) });
      const isHit = trial.simulator.calls.some(({ fault }) => fault !== undefined);
      fc.pre(isHit);
      expect(trial.after).toEqual(trial.before);
      expect(trial.summary).toMatchObject({ complete: false });
      expect(trial.summary.failures.length).toBeGreaterThan(0);
    }),
    inputs(30),
  );
});

test("a run that cannot read one of its accounts or Regions deletes nothing and fails", async () => {
  await fc.assert(
    fc.asyncProperty(spreadOrganizations, async (drawn) => {
      fc.pre(placesRead(buildOrganization(drawn, Date.now()), drawn.settings) === undefined);
      const trial = await tryOn(drawn);
      expect(trial.after).toEqual(trial.before);
      expect(trial.summary).toMatchObject({ complete: false });
      expect(trial.summary.failures.length).toBeGreaterThan(0);
    }),
    inputs(30),
  );
});
