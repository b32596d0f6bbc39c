import { BatchDeleteImageCommand, ECRClient, type ImageIdentifier } from "@aws-sdk/client-ecr";
import { expect, test } from "vitest";

import { type AccountParts, digestOf, enabled, image, remaining } from "./account.ts";
import { settings } from "./ask.ts";
import { createOrganization } from "./organization.ts";
import { startSimulator } from "./simulator.ts";

type Rule = NonNullable<AccountParts["replication"]>[number];

const OTHER = "222222222222";
const repositoryName = "shop/api";

const rule: Rule = {
  destinations: [
    { registryId: "999999999999", region: "eu-west-1" },
    { registryId: "123456789012", region: "eu-central-1" },
    { registryId: OTHER, region: "eu-west-1" },
  ],
  deleteReplication: { enabled: true },
};
const filtered = (...filters: string[]): Rule => ({
  ...rule,
  repositoryFilters: filters.map((filter) => ({ filter, filterType: "PREFIX_MATCH" })),
});

/** What is left in the other account after a deletion in home, by the rules of home. */
async function leftAfter(imageIds: ImageIdentifier[], replication: Rule[]): Promise<string[]> {
  const child = image("child");
  const copies = [
    image("b", { tags: "b b2" }),
    image("moved", { tags: "a" }),
    child,
    image("index", { children: [child] }),
  ];
  const organization = createOrganization({
    home: {
      repositories: {
        [repositoryName]: enabled([image("a"), image("b", { tags: "b b3" }), image("child")]),
      },
      replication,
    },
    places: { [`${OTHER}/eu-west-1`]: { repositories: { [repositoryName]: enabled(copies) } } },
  });
  await using simulator = await startSimulator(organization);
  await new ECRClient(settings(simulator)).send(
    new BatchDeleteImageCommand({ repositoryName, imageIds }),
  );
  return remaining(organization.place(OTHER, "eu-west-1"), repositoryName);
}

const ALL = ["a", "b", "b2", "child", "index"];
const byTag = (imageTag: string) => ({ imageTag });
const byDigest = (name: string) => ({ imageDigest: digestOf(name) });

test.for<{ name: string; imageIds: ImageIdentifier[]; rules?: Rule[]; left: string[] }>([
  { name: "a tag goes alone", imageIds: [byTag("b")], left: ["a", "b2", "child", "index"] },
  {
    name: "a digest goes with the last tag, and there with all tags",
    imageIds: [byTag("b"), byTag("b3")],
    left: ["a", "child", "index"],
  },
  { name: "a digest goes with all tags", imageIds: [byDigest("b")], left: ["a", "child", "index"] },
  { name: "a digest that is not there changes nothing", imageIds: [byDigest("a")], left: ALL },
  {
    name: "a tag goes whatever its image is there",
    imageIds: [{ ...byTag("a"), ...byDigest("a") }],
    left: ["b", "b2", "child", "index"],
  },
  { name: "an image that an index lists there stays", imageIds: [byDigest("child")], left: ALL },
  { name: "what could not be deleted stays there", imageIds: [byTag("index")], left: ALL },
  {
    name: "a rule whose prefix matches is enough",
    imageIds: [byTag("b")],
    rules: [filtered("web/", "shop/")],
    left: ["a", "b2", "child", "index"],
  },
  {
    name: "no rule's prefix matches",
    imageIds: [byTag("b")],
    rules: [filtered("web/")],
    left: ALL,
  },
  {
    name: "a rule repeats only pushes",
    imageIds: [byTag("b")],
    rules: [{ destinations: rule.destinations }],
    left: ALL,
  },
])("deletions in replicas: $name", async ({ imageIds, rules = [rule], left }) => {
  expect(await leftAfter(imageIds, rules)).toEqual(left);
});
