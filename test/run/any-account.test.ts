import fc from "fast-check";
import { expect, test } from "vitest";

import { inputs, takeYourTime } from "../random-inputs.ts";
import type { Account } from "../simulator/account.ts";
import { isIndex } from "./any-account/oracle/image-facts.ts";
import { LIMITS } from "./any-account/oracle/limits.ts";
import { type DrawnOrganization, organizations } from "./any-account/organizations.ts";
import {
  type Conditions,
  type Trial,
  imagesIn,
  tryAgain,
  tryOn,
  wronglyDeleted,
  wronglyKept,
} from "./any-account/trial.ts";

takeYourTime();

/** Checks a property for so many organizations, or for as many as the environment says. */
async function ofAny(
  usual: number,
  property: (drawn: DrawnOrganization) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(organizations, property), inputs(usual));
}

test("nothing that must be kept is deleted, and it loses no tag", async () => {
  await ofAny(450, async (drawn) => {
    expect(wronglyDeleted(await tryOn(drawn))).toEqual([]);
  });
});

test("everything that must be deleted is deleted in one run, and a second run deletes nothing", async () => {
  await ofAny(180, async (drawn) => {
    const first = await tryOn(drawn);
    expect(wronglyKept(first)).toEqual([]);
    // The second run takes a percentage of fewer images, which another verdict can follow from.
    if (["MAX_DELETIONS", "MAX_DELETE_PERCENT"].some((name) => name in drawn.settings)) return;
    const second = await tryAgain(first.organization, drawn.settings, first.now);
    expect(imagesIn(second.after)).toEqual(imagesIn(first.after));
  });
});

/** Makes a run, and collects the images that its log says are deleted, or would be. */
async function tryWithLog(drawn: DrawnOrganization, conditions: Conditions = {}) {
  const logged: string[] = [];
  const trial = await tryOn(
    { ...drawn, settings: { ...drawn.settings, BOX_LOG: "INFO" } },
    {
      writeLog: ({ message, repository, digest }) => {
        if (String(message).startsWith("Found unused image")) {
          logged.push(`${String(repository)}@${String(digest)}`);
        }
      },
      ...conditions,
    },
  );
  return { ...trial, logged: logged.toSorted() };
}

/** Whether indexes are archived, which nobody can read. */
function hasUnreadIndexes({ repositories }: Account): boolean {
  return [...repositories.values()].some(({ images }) =>
    [...images.values()].some((image) => isIndex(image) && image.isArchived),
  );
}

/** The images that a run deleted. */
function deletedBy({ before, after }: Trial): string[] {
  return [...before]
    .flatMap(([name, images]) =>
      [...images.keys()]
        .filter((digest) => after.get(name)?.has(digest) !== true)
        .map((digest) => `${name}@${digest}`),
    )
    .toSorted();
}

test("a dry run deletes nothing, and finds unused what a real run asks ECR to delete", async () => {
  await ofAny(130, async (drawn) => {
    const dry = await tryWithLog(drawn, { isDryRun: true });
    expect(imagesIn(dry.after)).toEqual(imagesIn(dry.before));
    expect(dry.summary.images.unused).toBe(dry.logged.length);

    const real = await tryOn(drawn);
    if (LIMITS.dryRunWithoutEvidence && real.summary.failures.length > 0) return;
    const { deleted, refused } = real.summary.images;
    expect(dry.logged).toEqual(expect.arrayContaining(deletedBy(real)));
    const { unused } = dry.summary.images;
    expect(unused).toBeGreaterThanOrEqual(deleted + refused);
    // The run cannot learn what an index lists that it does not read, so an order of deletion can be wrong.
    const isLimited =
      drawn.settings["MAX_DELETIONS"] !== undefined ||
      drawn.settings["IN_USE_EVIDENCE"] === "original" ||
      hasUnreadIndexes(real.account);
    expect(isLimited ? deleted + refused : unused).toBe(deleted + refused);
  });
});

test("the counts add up", async () => {
  await ofAny(120, async (drawn) => {
    const trial = await tryOn(drawn);
    const { total, kept, unused, deleted, refused, failed, unconfirmed } = trial.summary.images;
    const sizes = trial.outcomes.map(({ repository, status, total: listed }) =>
      status === "cleaned" ? (trial.before.get(repository)?.size ?? 0) : listed.images,
    );
    expect(total).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect(Object.values(kept).reduce((sum, count) => sum + count, unused)).toBe(total);
    expect(deleted + refused + failed + unconfirmed).toBeLessThanOrEqual(unused);
    expect(deleted).toBe(deletedBy(trial).length);
    expect(deleted).toBeLessThanOrEqual(Number(drawn.settings["MAX_DELETIONS"] ?? total));
  });
});

test("a repository that is not enabled is neither listed nor changed", async () => {
  await ofAny(60, async (drawn) => {
    const { account, simulator, before, after } = await tryOn(drawn);
    const disabled = [...account.repositories].flatMap(([name, { tags }]) =>
      tags["BoxCleanerEnabled"] === "true" ? [] : [name],
    );
    const asked = simulator.calls
      .filter(({ action }) => /Images?$/.test(action))
      .map(({ input }) => String(input["repositoryName"]));
    for (const name of disabled) {
      expect(after.get(name)).toEqual(before.get(name));
      expect(asked).not.toContain(name);
    }
  });
});
