import { describe, expect, test } from "vitest";

import { signatureOf, untagged } from "../accounts.ts";
import { runAccount } from "../make-run.ts";
import {
  type Account,
  type AccountParts,
  digestOf,
  enabled,
  image,
  old,
  remaining,
  tagAbout,
} from "../simulator/account.ts";

/** Makes a real run. The account changes before each call of an action. */
const runWithChange = async (
  parts: AccountParts,
  change: (account: Account) => void,
  action = "ecr:BatchDeleteImage",
) => runAccount(parts, { before: { [action]: change } });

describe("a run whose account changes between listing and deleting", () => {
  test("keeps the old and the new image of a tag that moves", async () => {
    const { account, summary, exitCode } = await runWithChange(
      { repositories: { app: enabled([old("before", { tags: "live" }), old("v1")]) } },
      ({ repositories }) => {
        const images = repositories.get("app")?.images;
        images?.get(digestOf("before"))?.tags.delete("live");
        images?.set(digestOf("after"), image("after", { tags: "live" }));
      },
    );
    expect(remaining(account, "app")).toEqual([digestOf("before"), "live"].toSorted());
    expect(summary.images).toMatchObject({ unused: 2, deleted: 1, refused: 1, failed: 0 });
    expect(exitCode).toBe(0);
  });

  test("keeps the children and the signature of an index whose tag changes", async () => {
    const child = old("child", { tags: "child" });
    const index = old("index", { tags: "live", children: [child] });
    const { account, summary, simulator } = await runWithChange(
      {
        repositories: {
          app: enabled([child, index, signatureOf(index), old("v1")]),
        },
      },
      ({ repositories }) => {
        repositories.get("app")?.images.get(digestOf("index"))?.tags.delete("live");
        repositories.get("app")?.images.get(digestOf("index"))?.tags.add("other");
      },
    );
    expect(remaining(account, "app")).toEqual(
      ["child", "other", tagAbout(index, "sig")].toSorted(),
    );
    expect(summary.images).toMatchObject({
      total: 4,
      unused: 2,
      deleted: 1,
      refused: 1,
      kept: { "child-of-kept": 1, "referrer-of-kept": 1 },
    });
    const asked = simulator.callsOf("ecr:BatchDeleteImage").map(({ input }) => input["imageIds"]);
    expect(asked.flat()).toHaveLength(2);
  });

  test("keeps a retagged image and its signature", async () => {
    const subject = old("v1");
    const { account, summary } = await runWithChange(
      {
        repositories: {
          app: enabled([subject, signatureOf(subject), old("v2")]),
        },
      },
      ({ repositories }) => {
        repositories.get("app")?.images.get(subject.digest)?.tags.add("promoted");
      },
    );
    expect(remaining(account, "app")).toEqual(["promoted", tagAbout(subject, "sig")].toSorted());
    expect(summary.images).toMatchObject({
      deleted: 1,
      refused: 1,
      kept: { "referrer-of-kept": 1 },
    });
  });

  test("keeps the signature of an image that it finds retagged only after another phase", async () => {
    const arm = untagged("arm");
    const multi = old("multi", { children: [arm] });
    const sig = signatureOf(multi);
    const unrelated = old("unrelated", { tags: "", children: [untagged("x")] });
    const { account } = await runWithChange(
      { repositories: { app: enabled([arm, multi, unrelated, untagged("x"), sig]) } },
      ({ repositories }) => {
        repositories.get("app")?.images.get(multi.digest)?.tags.add("promoted");
      },
    );
    expect(remaining(account, "app")).toEqual(
      ["promoted", arm.digest, tagAbout(multi, "sig")].toSorted(),
    );
  });

  test("keeps an untagged image that gets a tag, and deletes the other untagged images", async () => {
    let calls = 0;
    const { account, summary, exitCode } = await runWithChange(
      {
        repositories: {
          app: enabled([untagged("x"), untagged("y"), untagged("z")]),
        },
      },
      ({ repositories }) => {
        calls += 1;
        if (calls !== 2) return;
        repositories.get("app")?.images.get(digestOf("x"))?.tags.add("prod");
        repositories.get("app")?.images.delete(digestOf("y"));
      },
      "ecr:DescribeImages",
    );
    expect(exitCode).toBe(0);
    expect(remaining(account, "app")).toEqual(["prod"]);
    expect(summary.images).toMatchObject({ unused: 3, deleted: 2, refused: 1, failed: 0 });
  });

  test("keeps an image that a new index lists, and the SBOM of that image", async () => {
    const base = old("base");
    const { account, summary } = await runWithChange(
      { repositories: { app: enabled([base, old("sbom", { tags: "", subject: base })]) } },
      ({ repositories }) => {
        const index = image("new", { children: [base] });
        repositories.get("app")?.images.set(index.digest, index);
      },
    );
    expect(account.repositories.get("app")?.images.size).toBe(3);
    expect(summary.images).toMatchObject({
      refused: 1,
      kept: { "referrer-of-kept": 1 },
      failed: 0,
    });
  });

  test("counts an image that is already gone as deleted", async () => {
    const { summary, exitCode } = await runWithChange(
      { repositories: { app: enabled([old("v1")]) } },
      ({ repositories }) => repositories.get("app")?.images.clear(),
    );
    expect(summary.images).toMatchObject({ deleted: 1, failed: 0 });
    expect(exitCode).toBe(0);
  });

  test.for([
    "ecr:ListTagsForResource",
    "ecr:DescribeImages",
    "ecr:BatchGetImage",
    "ecr:BatchDeleteImage",
  ])("does not fail if a repository vanishes before %s", async (action) => {
    const child = untagged("child");
    const { exitCode, summary } = await runWithChange(
      {
        repositories: { app: enabled([child, image("index", { children: [child] }), old("v1")]) },
      },
      ({ repositories }) => repositories.delete("app"),
      action,
    );
    expect(exitCode).toBe(0);
    expect(summary).toMatchObject({ complete: true, images: { failed: 0 }, failures: [] });
    const { unused, deleted } = summary.images;
    expect(deleted).toBe(unused);
  });
});
