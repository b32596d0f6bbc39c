import { describe, expect, test } from "vitest";

import type { Plan } from "../../src/plan/plan.ts";
import { Recorder } from "../../src/records/recorder.ts";
import { failingDeletions, many, use } from "../accounts.ts";
import { type Clock, TOO_OLD_MS, cleanAccount } from "../make-run.ts";
import { REGISTRY, digestOf, enabled, image, old } from "../simulator/account.ts";
import { ServiceError } from "../simulator/operation.ts";
import type { SimulatorOptions } from "../simulator/simulator.ts";

type Images = Parameters<typeof enabled>[0];

/** Makes a run over one repository, and returns what is recorded of each image, by its tags. */
async function outcomesOf(
  images: Images,
  options: SimulatorOptions | ((clock: Clock) => SimulatorOptions) = {},
  settings: Readonly<Record<string, string>> = {},
  confirmed?: ReadonlyMap<string, Plan>,
) {
  const recorder = new Recorder();
  await cleanAccount({ repositories: { app: enabled(images) } }, options, settings, {
    recorder,
    ...(confirmed && { confirmed }),
  });
  const outcomes: Record<string, [verdict: string, outcome: string | undefined, because: string]> =
    {};
  for await (const { tags, verdict, outcome, because } of recorder.of("app")) {
    outcomes[tags.join(" ")] = [verdict, outcome, because.join("; ")];
  }
  await recorder.remove();
  return outcomes;
}

describe("the record of a real run", () => {
  test("says that unused images are deleted, and why others are kept", async () => {
    expect(await outcomesOf([old("v1"), image("v2")])).toEqual({
      v1: ["delete", "deleted", ""],
      v2: ["too-young", undefined, ""],
    });
  });

  test("says why ECR refuses an image", async () => {
    const outcomes = await outcomesOf([old("v1"), old("moves")], {
      before: {
        "ecr:BatchDeleteImage": ({ repositories }) => {
          const images = repositories.get("app")?.images;
          images?.get(digestOf("moves"))?.tags.clear();
          images?.set(digestOf("new"), image("new", { tags: "moves" }));
        },
      },
    });
    expect(outcomes).toEqual({
      v1: ["delete", "deleted", ""],
      moves: ["delete", "refused", expect.stringMatching(/^ImageTagDoesNotMatchDigest: ./)],
    });
  });

  test("says why a deletion fails", async () => {
    expect(await outcomesOf([old("v1")], failingDeletions("KmsError"))).toEqual({
      v1: ["delete", "failed", "KmsError: ECR gave no reason"],
    });
  });

  test("says of every image in a failed call that its deletion failed, and why", async () => {
    const outcomes = await outcomesOf([old("v1"), old("v2")], {
      before: {
        "ecr:BatchDeleteImage": () => {
          throw new ServiceError("InvalidParameterException", "broken");
        },
      },
    });
    const message = expect.stringMatching(
      /^ecr:BatchDeleteImage failed for repository app: InvalidParameterException: broken/,
    );
    expect(outcomes).toEqual({
      v1: ["delete", "failed", message],
      v2: ["delete", "failed", message],
    });
  });

  test("says of images after a failed call that the work on their repository failed first", async () => {
    const outcomes = await outcomesOf(many(600), {
      before: {
        "ecr:BatchDeleteImage": () => {
          throw new ServiceError("InvalidParameterException", "broken");
        },
      },
    });
    // The run deletes five batches of 100 at the same time.
    const notAsked = Object.values(outcomes).filter(([, outcome]) => outcome === "not-deleted");
    expect(notAsked).toHaveLength(100);
    expect(notAsked[0]?.[2]).toMatch(/^The work on its repository failed first: ecr:BatchDelete/);
  });

  test("says of an image that came into use meanwhile what uses it", async () => {
    let deletions = 0;
    const outcomes = await outcomesOf(many(600), (clock) => ({
      before: {
        "ecr:BatchDeleteImage": (account) => {
          deletions += 1;
          if (deletions > 1) return;
          clock.now += TOO_OLD_MS;
          use(account, `${REGISTRY}/app:v599`);
        },
      },
    }));
    expect(outcomes).toMatchObject({
      v0: ["delete", "deleted", ""],
      v599: ["in-use", undefined, "Lambda function new, version $LATEST"],
    });
  });

  test("says of images that the run did not reach that it stopped", async () => {
    const outcomes = await outcomesOf([old("v1"), old("v2")], {}, { MAX_DELETIONS: "1" });
    expect(Object.values(outcomes)).toEqual([
      ["delete", "deleted", ""],
      ["delete", "not-deleted", "The run stopped before it deleted this image"],
    ]);
  });

  test("says of images that nobody confirmed that they became unused afterwards", async () => {
    expect(await outcomesOf([old("v1")], {}, {}, new Map())).toEqual({
      v1: [
        "delete",
        "not-deleted",
        "It became unused after the deletion was confirmed: run again to delete it",
      ],
    });
  });

  test.for(["true", "false"])(
    "names the guard rail that protects a repository, with DRY_RUN=%s",
    async (dryRun) => {
      const settings = { MAX_DELETE_PERCENT: "10", DRY_RUN: dryRun };
      expect(await outcomesOf([old("v1"), image("v2")], {}, settings)).toEqual({
        v1: [
          "delete",
          "not-deleted",
          "Its repository was skipped: 1 of its 2 images would be deleted, more than the 10 % of MAX_DELETE_PERCENT",
        ],
        v2: ["too-young", undefined, ""],
      });
    },
  );
});

test("the record of a dry run gives unused images no outcome", async () => {
  expect(await outcomesOf([old("v1")], {}, { DRY_RUN: "true" })).toEqual({
    v1: ["delete", undefined, ""],
  });
});
