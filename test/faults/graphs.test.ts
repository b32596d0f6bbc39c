import { describe, expect, test } from "vitest";

import { app, digestsIn, signatureOf, untagged } from "../accounts.ts";
import { cleanAccount } from "../make-run.ts";
import {
  type AccountParts,
  type SimulatedImage,
  digestOf,
  enabled,
  image,
  old,
  remaining,
  tagAbout,
} from "../simulator/account.ts";

test("a signature that is signed again while the run deletes ends the repository in one run", async () => {
  const subject = old("v1");
  const { account, simulator, summary } = await cleanAccount(
    { repositories: { app: enabled([subject, signatureOf(subject)]) } },
    {
      before: {
        "ecr:BatchDeleteImage": ({ repositories }) => {
          const images = repositories.get("app")?.images;
          images?.get(subject.digest)?.tags.add("promoted");
          const sign = images?.get(digestOf("sig"));
          if (sign?.tags.delete(tagAbout(subject, "sig")) !== true) return;
          images?.set(digestOf("new"), image("new", { tags: tagAbout(subject, "sig") }));
        },
      },
    },
  );
  expect(remaining(account, "app")).toEqual(["promoted", tagAbout(subject, "sig")].toSorted());
  expect(summary).toMatchObject({ complete: true, failures: [] });
  expect(simulator.callsOf("ecr:DescribeImages").length).toBeLessThan(8);
});

describe("a circle of images", () => {
  const child = old("child", { tags: "" });
  const bySubject = old("bySubject", { subject: child, children: [child] });
  const byTag = old("byTag", { tags: tagAbout(child, "sig"), children: [child] });
  const inner = old("inner", { tags: "", children: [child] });
  const outer = old("outer", { tags: "", subject: child, children: [inner] });
  const one = old("one", { tags: tagAbout(old("two"), "sig") });
  const two = old("two", { tags: tagAbout(old("one"), "sig") });
  const self = { ...old("self", { tags: "" }), subject: digestOf("self") };

  interface Circle {
    readonly name: string;
    readonly images: readonly SimulatedImage[];
    /** One of them, which something else may keep. */
    readonly member: SimulatedImage;
  }
  const CIRCLES: readonly Circle[] = [
    { name: "an index whose subject is its child", images: [child, bySubject], member: child },
    {
      name: "an index tagged as the signature of its child",
      images: [child, byTag],
      member: child,
    },
    {
      name: "an index whose subject is listed by an index that it lists",
      images: [child, inner, outer],
      member: child,
    },
    { name: "two signatures that sign each other", images: [one, two], member: one },
    { name: "an image that signs itself", images: [self], member: self },
  ];
  const copy = (images: readonly SimulatedImage[]) =>
    images.map((each) => ({ ...each, tags: new Set(each.tags) }));

  test.for(CIRCLES)("such as $name goes in one run, if nothing keeps it", async ({ images }) => {
    const { account, summary } = await cleanAccount({
      repositories: { app: enabled([...copy(images), old("other")]) },
    });
    expect(digestsIn(account, "app")).toEqual([]);
    expect(summary.images).toMatchObject({ unused: images.length + 1, deleted: images.length + 1 });
    expect(summary.failures).toEqual([]);
  });

  test.for(CIRCLES)("such as $name is kept, if anything keeps one", async ({ images, member }) => {
    const { account } = await cleanAccount({
      repositories: { app: enabled([...copy(images), old("other")]) },
      functions: { mailer: `${app("").slice(0, -1)}@${member.digest}` },
    });
    expect(digestsIn(account, "app").toSorted()).toEqual(
      images.map(({ digest }) => digest).toSorted(),
    );
  });

  test("such as two signatures keeps both, if ECR refuses the one that goes first", async () => {
    const { account } = await cleanAccount(
      { repositories: { app: enabled(copy([one, two])) } },
      {
        answers: {
          "ecr:BatchDeleteImage": ({ imageIds }) => ({
            failures: imageIds.map((imageId: unknown) => ({
              imageId,
              failureCode: "ImageTagDoesNotMatchDigest",
            })),
          }),
        },
      },
    );
    expect(digestsIn(account, "app")).toHaveLength(2);
  });
});

describe("beside an archived index", () => {
  const parts = (): AccountParts => {
    const child = untagged("child");
    const tagged = old("tagged", { tags: "v1 stable" });
    const index = old("index", { isArchived: true, children: [child, tagged] });
    return { repositories: { app: enabled([index, child, tagged, untagged("loose"), old("v2")]) } };
  };

  test("untagged images are kept, and tagged ones go whole or not at all", async () => {
    const { account, summary } = await cleanAccount(parts());
    expect(remaining(account, "app")).toEqual(
      ["index", "stable", "v1", digestOf("child"), digestOf("loose")].toSorted(),
    );
    expect(summary.images).toMatchObject({
      deleted: 1,
      refused: 1,
      kept: { archived: 1, "maybe-listed": 2 },
    });
  });
});

describe("an index that the run itself has read", () => {
  test("is not kept as recently pulled when the run plans again", async () => {
    const child = untagged("child");
    const index = old("index", { children: [child] });
    let isFirst = true;
    const { account } = await cleanAccount(
      {
        repositories: {
          app: enabled([child, index, old("v1"), old("used", { tags: "" })], {
            BoxCleanerKeepPulledDays: "3",
          }),
        },
        functions: { mailer: `${app("").slice(0, -1)}@${digestOf("used")}` },
      },
      (clock) => ({
        before: {
          "ecr:BatchDeleteImage": () => {
            if (isFirst) clock.now += 2 * 60_000;
            isFirst = false;
          },
        },
      }),
    );
    expect(digestsIn(account, "app")).toEqual([digestOf("used")]);
  });

  test("is read though it was pulled recently, if a kept index lists it", async () => {
    const leaf = untagged("leaf");
    const inner = { ...old("inner", { tags: "", children: [leaf] }), lastPulledAt: new Date() };
    const outer = old("outer", { children: [inner] });
    const { account } = await cleanAccount({
      repositories: {
        app: enabled([leaf, inner, outer, old("v1")], { BoxCleanerKeepPulledDays: "3" }),
      },
      functions: { mailer: app("outer") },
    });
    expect(digestsIn(account, "app")).toHaveLength(3);
  });
});

test("an image that a kept index lists and that refers to a kept image is kept as listed", async () => {
  const used = old("used");
  const both = old("both", { tags: "", subject: used });
  const index = old("index", { children: [both] });
  const { summary } = await cleanAccount({
    repositories: { app: enabled([used, both, index, old("v1")]) },
    functions: { one: app("used"), two: app("index") },
  });
  expect(summary.images.kept).toEqual({ "in-use": 2, "child-of-kept": 1 });
});

describe("signatures in a repository of their own", () => {
  const v1 = old("v1");
  const store = (...signatures: SimulatedImage[]) => enabled(signatures);
  test.for([
    { name: "by cosign's tag", signature: () => signatureOf(v1) },
    { name: "by their subject", signature: () => old("sig", { tags: "", subject: v1 }) },
  ])("are kept, $name", async ({ signature }) => {
    const { account, summary } = await cleanAccount({
      repositories: { app: enabled([old("v1")]), signatures: store(signature()) },
      functions: { mailer: app("v1") },
    });
    expect(digestsIn(account, "signatures")).toHaveLength(1);
    expect(summary.images.kept).toMatchObject({ "subject-elsewhere": 1 });
  });

  test("are kept among other images too, if the image that they sign is in use", async () => {
    const { account } = await cleanAccount({
      repositories: {
        app: enabled([old("v1")]),
        mixed: enabled([signatureOf(v1), old("plain")]),
      },
      functions: { mailer: app("v1") },
    });
    expect(digestsIn(account, "mixed")).toEqual([digestOf("sig")]);
  });
});
