import { describe, expect, test } from "vitest";

import { toCsv, toJson } from "../../../src/html-report/page/export.ts";
import { dataWith } from "./data.ts";

const DAY = Date.UTC(2026, 0, 31);
const HEAD =
  '"repository","tags","digest","reference","pushedAt","bytes","outcome","reason","because"';
const data = dataWith(
  [0, "v1 stable", "sha256:a", DAY, 300, "in-use", "one place\nanother place"],
  [1, "", "sha256:b", null, 0, "delete", 'KmsError: "no", key', "failed"],
);

describe("CSV", () => {
  const linesOf = (from = data, places = from.images.keys()) =>
    [...toCsv(from, places)].join("").split("\r\n");

  test("has a line for each image", () => {
    const host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    expect(linesOf()).toEqual([
      `\uFEFF${HEAD}`,
      `"api","v1 stable","sha256:a","${host}/api@sha256:a","2026-01-31T00:00:00.000Z","300","kept","in-use","one place; another place"`,
      `"web","","sha256:b","${host}/web@sha256:b","","0","failed","","KmsError: ""no"", key"`,
      "",
    ]);
  });

  test("has only the images asked for, in their order", () => {
    const [, ...lines] = linesOf(data, [1].values());
    expect(lines).toEqual([expect.stringContaining("sha256:b"), ""]);
  });

  test.for(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", '=HYPERLINK("x")', "＝1"])(
    "makes a formula of nothing: %j",
    (text) => {
      const csv = linesOf(dataWith([0, "v1", "sha256:a", DAY, 1, "in-use", text])).join("\r\n");
      expect(csv).toContain(`,"'${text.replaceAll('"', '""')}"\r\n`);
    },
  );
});

describe("JSON", () => {
  const parse = (from = data, places = from.images.keys()): unknown =>
    JSON.parse([...toJson(from, places)].join(""));

  test("has an entry for each image", () => {
    expect(parse()).toEqual([
      {
        repository: "api",
        tags: ["v1", "stable"],
        digest: "sha256:a",
        reference: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/api@sha256:a",
        pushedAt: "2026-01-31T00:00:00.000Z",
        bytes: 300,
        outcome: "kept",
        reason: "in-use",
        because: ["one place", "another place"],
      },
      expect.objectContaining({ outcome: "failed", reason: null, pushedAt: null, tags: [] }),
    ]);
  });

  test("is an empty list without images", () => {
    expect(parse(data, [].values())).toEqual([]);
  });

  test("has all of 2,500 images", () => {
    const images = Array.from({ length: 2500 }, (_, i) => [0, `v${i}`, "", 0, 1, "newest", ""]);
    expect(parse(dataWith(...(images as unknown as typeof data.images)))).toHaveLength(2500);
  });
});
