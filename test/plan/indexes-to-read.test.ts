import { describe, expect, test } from "vitest";

import { indexesToRead } from "../../src/plan/indexes-to-read.ts";
import { type Situation, decide } from "../../src/plan/plan.ts";
import type { Image } from "../../src/registry/image.ts";
import {
  INDEX,
  aged,
  index,
  keepDays,
  oldImage,
  pinned,
  pulled,
  situation,
  tagged,
} from "./situation.ts";

describe("a plan reads", () => {
  const read = (images: Image[], parts: Partial<Situation> = {}) => {
    const given = situation(images, parts);
    const found = indexesToRead(decide(given), given.manifests, given.usage);
    return found.map(({ digest }) => digest);
  };
  const young = index("young", aged(1));
  const unused = index("unused");

  test("a kept index if it deletes an image", () => {
    expect(read([young, oldImage("gone")])).toEqual(["young"]);
  });

  test("no index if it deletes nothing", () => {
    expect(read([young, oldImage("used")], { usage: pinned("used") })).toEqual([]);
  });

  test("an index to delete if an image is in use by its digest", () => {
    expect(read([unused, oldImage("used")], { usage: pinned("used") })).toEqual(["unused"]);
  });

  test("no index to delete if an image is in use only by its tag", () => {
    const images = [unused, oldImage("used", { tags: ["v1"] })];
    expect(read(images, { usage: tagged("v1") })).toEqual([]);
  });

  test("no index to delete if the image in use is in another repository", () => {
    expect(read([unused, oldImage("gone")], { usage: pinned("elsewhere") })).toEqual([]);
  });

  test("no index that is kept only because of a recent pull", () => {
    const given = {
      images: [index("pulled", pulled(1)), index("used", pulled(1)), oldImage("gone")],
      policy: keepDays(30, { keepPulledDays: 7 }),
      usage: pinned("used"),
    };
    expect(read(given.images, given)).toEqual(["used"]);
  });

  test("an index that only a recent pull keeps, if a kept index lists it", () => {
    const given = {
      images: [index("outer"), index("pulled", pulled(1)), oldImage("gone")],
      policy: keepDays(30, { keepPulledDays: 7 }),
      usage: pinned("outer"),
      manifests: new Map([["outer", ["pulled"]]]),
    };
    expect(read(given.images, given)).toEqual(["pulled"]);
  });

  test("no index twice, and no archived index", () => {
    const frozen = index("frozen", { isArchived: true });
    const images = [young, frozen, oldImage("gone")];
    expect(read(images, { manifests: new Map([["young", []]]) })).toEqual([]);
  });

  test("indexes with the media types of Docker and OCI, and no other images", () => {
    const mediaTypes = [
      "application/vnd.docker.distribution.manifest.list.v2+json",
      "application/vnd.oci.image.manifest.v1+json",
      INDEX,
    ];
    const images = mediaTypes.map((mediaType) => oldImage(mediaType, { mediaType, ...aged(1) }));
    expect(read([...images, oldImage("gone")])).toEqual([mediaTypes[0], mediaTypes[2]]);
  });
});
