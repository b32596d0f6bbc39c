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

describe("indexes are read", () => {
  const read = (images: Image[], parts: Partial<Situation> = {}) => {
    const given = situation(images, parts);
    const found = indexesToRead(decide(given), given.manifests, given.usage);
    return found.map(({ digest }) => digest);
  };
  const young = index("young", aged(1));
  const unused = index("unused");

  test("if they stay while some image would go", () => {
    expect(read([young, oldImage("gone")])).toEqual(["young"]);
  });

  test("not if nothing would go", () => {
    expect(read([young, oldImage("used")], { usage: pinned("used") })).toEqual([]);
  });

  test("if they would go while an image is in use by its digest", () => {
    expect(read([unused, oldImage("used")], { usage: pinned("used") })).toEqual(["unused"]);
  });

  test("not if they would go while an image is in use by its tag only", () => {
    const images = [unused, oldImage("used", { tags: ["v1"] })];
    expect(read(images, { usage: tagged("v1") })).toEqual([]);
  });

  test("not if the one in use is in another repository", () => {
    expect(read([unused, oldImage("gone")], { usage: pinned("elsewhere") })).toEqual([]);
  });

  test("not if they stay only because they were pulled", () => {
    const given = {
      images: [index("pulled", pulled(1)), index("used", pulled(1)), oldImage("gone")],
      policy: keepDays(30, { keepPulledDays: 7 }),
      usage: pinned("used"),
    };
    expect(read(given.images, given)).toEqual(["used"]);
  });

  test("not twice, and not from the archive", () => {
    const frozen = index("frozen", { isArchived: true });
    const images = [young, frozen, oldImage("gone")];
    expect(read(images, { manifests: new Map([["young", []]]) })).toEqual([]);
  });

  test("of Docker's and OCI's media types, and no others", () => {
    const mediaTypes = [
      "application/vnd.docker.distribution.manifest.list.v2+json",
      "application/vnd.oci.image.manifest.v1+json",
      INDEX,
    ];
    const images = mediaTypes.map((mediaType) => oldImage(mediaType, { mediaType, ...aged(1) }));
    expect(read([...images, oldImage("gone")])).toEqual([mediaTypes[0], mediaTypes[2]]);
  });
});
