import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  DescribeRegistryCommand,
  ECRClient,
  type ImageIdentifier,
} from "@aws-sdk/client-ecr";
import { describe, expect, test } from "vitest";

import {
  MANIFEST,
  type SimulatedImage,
  createAccount,
  digestOf,
  enabled,
  image,
  remaining,
} from "./account.ts";
import { ask, settings } from "./ask.ts";
import { startSimulator } from "./simulator.ts";

const repositoryName = "app";

const accountOf = (images: readonly SimulatedImage[]) =>
  createAccount({ repositories: { [repositoryName]: enabled(images) } });

describe("BatchDeleteImage", () => {
  const child = () => image("child", { tags: "a b c" });
  const listedChild = () => {
    const listed = child();
    return [listed, image("index", { children: [listed] })];
  };
  const imageDigest = digestOf("child");

  test.for<{
    name: string;
    images: SimulatedImage[];
    imageIds: ImageIdentifier[];
    deleted?: ImageIdentifier[];
    failures?: (string | undefined)[];
    left: string[];
  }>([
    {
      name: "a tag goes alone, and the last one takes the image",
      images: [child()],
      imageIds: [{ imageTag: "a" }, { imageTag: "b" }, { imageTag: "c" }, { imageDigest }],
      deleted: ["a", "b", "c"].map((imageTag) => ({ imageTag, imageDigest })),
      failures: ["ImageNotFound"],
      left: [],
    },
    {
      name: "a digest takes all tags, and each is answered",
      images: [child()],
      imageIds: [{ imageDigest }],
      deleted: ["a", "b", "c"].map((imageTag) => ({ imageTag, imageDigest })),
      left: [],
    },
    {
      name: "an untagged image is answered by its digest",
      images: [image("child", { tags: "" })],
      imageIds: [{ imageDigest }],
      deleted: [{ imageDigest }],
      left: [],
    },
    {
      name: "an image that an index lists loses all tags but the last by tag",
      images: listedChild(),
      imageIds: ["c", "a", "b"].map((imageTag) => ({ imageTag })),
      deleted: ["c", "a"].map((imageTag) => ({ imageTag, imageDigest })),
      failures: ["ImageReferencedByManifestList"],
      left: ["b", "index"],
    },
    {
      name: "an image that an index lists loses no tag by digest",
      images: listedChild(),
      imageIds: [{ imageDigest }],
      failures: ["ImageReferencedByManifestList"],
      left: ["a", "b", "c", "index"],
    },
    {
      name: "an index protects its children in the call that deletes it",
      images: listedChild(),
      imageIds: [{ imageTag: "index" }, { imageDigest }],
      deleted: [{ imageTag: "index", imageDigest: digestOf("index") }],
      failures: ["ImageReferencedByManifestList"],
      left: ["a", "b", "c"],
    },
    {
      name: "a tag of another image is refused",
      images: [child(), image("other")],
      imageIds: [{ imageTag: "other", imageDigest }],
      failures: ["ImageTagDoesNotMatchDigest"],
      left: ["a", "b", "c", "other"],
    },
    {
      name: "an identifier of nothing is refused",
      images: [child()],
      imageIds: [{}],
      failures: ["MissingDigestAndTag"],
      left: ["a", "b", "c"],
    },
  ])("$name", async ({ images, imageIds, deleted = [], failures = [], left }) => {
    const account = accountOf(images);
    await using simulator = await startSimulator(account);
    const answer = await new ECRClient(settings(simulator)).send(
      new BatchDeleteImageCommand({ repositoryName, imageIds }),
    );
    expect(answer.imageIds).toEqual(deleted);
    expect(answer.failures?.map(({ failureCode }) => failureCode)).toEqual(failures);
    expect(remaining(account, repositoryName)).toEqual(left);
  });
});

test("DescribeImages finds by tag, by digest, and by both if they belong together", async () => {
  await using simulator = await startSimulator(accountOf([image("a"), image("b")]));
  const client = new ECRClient(settings(simulator));
  const describeImages = (...imageIds: ImageIdentifier[]) =>
    client.send(new DescribeImagesCommand({ repositoryName, imageIds }));
  const { imageDetails } = await describeImages(
    { imageTag: "b" },
    { imageDigest: digestOf("a") },
    { imageTag: "b", imageDigest: digestOf("b") },
  );
  expect(imageDetails?.flatMap(({ imageTags }) => imageTags)).toEqual(["b", "a", "b"]);
  const gone = { imageTag: "a", imageDigest: digestOf("b") };
  await expect(describeImages({ imageTag: "a" }, gone)).rejects.toMatchObject({
    name: "ImageNotFoundException",
    message: expect.stringContaining(`imageTag:'a'} does not exist within the repository`),
  });
});

test("BatchGetImage finds by tag, and an index names the media type of each child", async () => {
  const nested = image("nested", { children: [image("gone")] });
  const parent = image("parent", { children: [nested] });
  await using simulator = await startSimulator(accountOf([nested, parent]));
  const { images } = await new ECRClient(settings(simulator)).send(
    new BatchGetImageCommand({
      repositoryName,
      imageIds: [{ imageTag: "parent" }, { imageTag: "nested" }],
      acceptedMediaTypes: [parent.mediaType],
    }),
  );
  const childTypes = images?.map(
    ({ imageManifest = "" }) => JSON.parse(imageManifest).manifests[0].mediaType,
  );
  expect(images?.map(({ imageId }) => imageId?.imageDigest)).toEqual([
    parent.digest,
    nested.digest,
  ]);
  expect(childTypes).toEqual([nested.mediaType, MANIFEST]);
});

describe("DescribeRegistry", () => {
  test("answers no rules by default", async () => {
    await using simulator = await startSimulator(createAccount());
    const client = new ECRClient(settings(simulator));
    expect(await client.send(new DescribeRegistryCommand())).toMatchObject({
      registryId: "123456789012",
      replicationConfiguration: { rules: [] },
    });
  });

  test("answers the rules of the account", async () => {
    const replication = [
      {
        destinations: [{ region: "us-east-1", registryId: "999999999999" }],
        repositoryFilters: [{ filter: "shop/", filterType: "PREFIX_MATCH" as const }],
        deleteReplication: { enabled: true },
      },
    ];
    await using simulator = await startSimulator(createAccount({ replication }));
    const target = "AmazonEC2ContainerRegistry_V20150921.DescribeRegistry";
    const answer = await ask(simulator, target);
    expect(await answer.json()).toEqual({
      registryId: "123456789012",
      replicationConfiguration: { rules: replication },
    });
  });
});
