import { describe, expect, test } from "vitest";

import { app, digestsIn, many, numbered, signatureOf, untagged, use } from "../accounts.ts";
import { type Clock, TOO_OLD_MS, cleanAccount } from "../make-run.ts";
import { type Account, digestOf, enabled, old, remaining, tagAbout } from "../simulator/account.ts";
import type { SimulatorOptions } from "../simulator/simulator.ts";

/** At the first delete call, makes the evidence too old and changes the account. */
function atFirstDeletion(clock: Clock, change: (account: Account) => void): SimulatorOptions {
  let deletions = 0;
  return {
    before: {
      "ecr:BatchDeleteImage": (account) => {
        deletions += 1;
        if (deletions > 1) return;
        clock.now += TOO_OLD_MS;
        change(account);
      },
    },
  };
}

describe("a new plan", () => {
  const INDEX = "application/vnd.oci.image.index.v1+json";

  test("keeps an image that ECR refused at first, if something uses it now", async () => {
    const child = untagged("child");
    const inner = old("inner", { children: [child] });
    const others = numbered("i", 700).map((name) => old(name, { mediaType: INDEX }));
    const { account } = await cleanAccount(
      {
        repositories: {
          app: enabled([inner, old("outer", { children: [inner] }), ...others, child]),
        },
      },
      (clock) => atFirstDeletion(clock, (changed) => use(changed, app("inner"))),
    );
    expect(remaining(account, "app")).toEqual(["inner", child.digest].toSorted());
  });

  test("keeps an untagged image that gets a tag, if something uses that tag", async () => {
    const { account } = await cleanAccount(
      { repositories: { app: enabled([...many(1000), untagged("x")]) } },
      (clock) =>
        atFirstDeletion(clock, (changed) => {
          changed.repositories.get("app")?.images.get(digestOf("x"))?.tags.add("prod");
          use(changed, app("prod"));
        }),
    );
    expect(remaining(account, "app")).toEqual(["prod"]);
  });

  test("keeps a retagged image and its signature, and counts an image that is gone as deleted", async () => {
    const { account, summary } = await cleanAccount(
      {
        repositories: {
          app: enabled([...many(1000), signatureOf(old("v900"))]),
        },
      },
      (clock) =>
        atFirstDeletion(clock, ({ repositories }) => {
          repositories.get("app")?.images.get(digestOf("v900"))?.tags.add("promoted");
          repositories.get("app")?.images.delete(digestOf("v901"));
        }),
    );
    const signature = tagAbout(old("v900"), "sig");
    expect(remaining(account, "app")).toEqual(["promoted", signature, "v900"].toSorted());
    expect(summary.images).toMatchObject({
      unused: 1000,
      deleted: 999,
      refused: 1,
      kept: { "referrer-of-kept": 1 },
    });
  });

  test("keeps an image that an earlier scan of the run found in use", async () => {
    const { account, summary } = await cleanAccount(
      {
        repositories: { app: enabled(many(1000)) },
        functions: { mailer: app("v900") },
      },
      (clock) => atFirstDeletion(clock, ({ functions }) => functions.clear()),
      { ALLOW_EMPTY_IN_USE: "false" },
    );
    expect(remaining(account, "app")).toEqual(["v900"]);
    expect(summary).toMatchObject({ complete: true, images: { kept: { "in-use": 1 } } });
  });
});

test("an index that signs an image is kept with it, if an archived index lists the image", async () => {
  const subject = old("v1");
  const signature = old("signature", {
    tags: tagAbout(subject, "sig"),
    children: [old("elsewhere", { tags: "" })],
  });
  const frozen = old("frozen", { tags: "", isArchived: true, children: [subject] });
  const { account, summary } = await cleanAccount({
    repositories: { app: enabled([subject, signature, frozen]) },
  });
  expect(digestsIn(account, "app")).toHaveLength(3);
  expect(summary.images).toMatchObject({ unused: 1, refused: 1, kept: { "referrer-of-kept": 1 } });
});
