import { describe, expect, test } from "vitest";

import { InUseImages } from "../../src/in-use/evidence.ts";
import { app } from "../accounts.ts";
import { REGISTRY, digestOf } from "../simulator/account.ts";
import { type Case, scan } from "./scan-account.ts";

describe("evidence", () => {
  test.for<Case>([
    {
      name: "does not join an image to one of the same name in another account, Region or repository",
      clusters: { main: { web: { taskDefinition: "web:1" } } },
      taskDefinitions: {
        "web:1": [
          "210987654321.dkr.ecr.eu-west-1.amazonaws.com/app:v1",
          "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v2",
          `${REGISTRY}/app/v3`,
          `${REGISTRY}/other:v4`,
        ],
      },
      expected: [],
    },
  ])("$name", async ({ expected, ...parts }) => {
    const { inUse } = await scan(parts);
    expect(inUse).toEqual(expected);
  });

  test("names at most ten places for one image", async () => {
    const functions = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`f${i}`, app("v1")]),
    );
    const { placesOf } = await scan({ functions });
    expect(placesOf("", "v1")).toHaveLength(10);
  });

  test("has both the tag and the digest of a reference", async () => {
    const { placesOf, size } = await scan({
      functions: { mailer: `${app("v1")}@${digestOf("v1")}` },
    });
    expect(placesOf(digestOf("v1"))).toHaveLength(1);
    expect(placesOf(digestOf("other"), "v1")).toHaveLength(1);
    expect(size).toBe(2);
  });
});

test("an unreadable reference still names the digest that its user runs", () => {
  const images = new InUseImages();
  expect(images.add(`${app("")}@${digestOf("v1")}`, "a task")).toBe(false);
  expect(images.hasDigest(digestOf("v1"))).toBe(true);
  expect(images.hasDigest(digestOf("v2"))).toBe(false);
});
