import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseJsonList, writeJsonList } from "../../../src/in-use/lists/json-list.ts";
import { requireEvidence } from "../../../src/in-use/lists/judge.ts";
import { parseList } from "../../../src/in-use/lists/parse-list.ts";
import { app } from "../../accounts.ts";
import { inputs } from "../../random-inputs.ts";
import { digestOf } from "../../simulator/account.ts";
import { jsonList } from "./lists.ts";

const NOW = Date.UTC(2026, 0, 31, 8);
const parse = (text: string | Buffer) => parseList(Buffer.from(text), NOW);
const imagesIn = (text: string | Buffer) => parse(text).references.map(({ image }) => image);

describe("a plain list", () => {
  test("has a reference a line, and the time of its file", () => {
    const text = `\n# of cluster one\n${app("v1")}\r\n  ${app("v2")}  \n\n#${app("v3")}\nnginx:1.27\n`;
    expect(parse(text)).toEqual({
      account: null,
      region: null,
      time: NOW,
      complete: true,
      references: [app("v1"), app("v2"), "nginx:1.27"].map((image) => ({ image })),
    });
  });

  test.for([
    { name: "a byte order mark", text: `\u{FEFF}${app("v1")}` },
    { name: "lines of an old Macintosh", text: `${app("v1")}\r# end` },
  ])("may have $name", ({ text }) => {
    expect(imagesIn(text)).toEqual([app("v1")]);
  });

  test.for([
    `${app("v1")}@${digestOf("v1")}`,
    `docker-pullable://${app("v1")}`,
    app("${TAG}"),
    app("{}"),
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/Shop/Api:v1",
    "mirror/123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v1",
    "nginx",
    "library/nginx:1.27-alpine",
    "localhost:5000/app",
    "registry.k8s.io/pause:3.9@sha256:7031c1b283388d2c2e09b57badb803c05ebed362dc88d84b480cc47f72a21097",
    "app:0123456789abcdef0123456789abcdef01234567",
  ])("may name %s", (image) => {
    expect(imagesIn(image)).toEqual([image]);
  });

  test.for([
    { name: "is empty", text: "" },
    { name: "is blank", text: " \n\n" },
    { name: "has only remarks", text: `# ${app("v1")}\n` },
  ])("is refused if it $name", ({ text }) => {
    expect(() => parse(text)).toThrow("it has no reference");
  });

  test.for([
    "<!DOCTYPE html><html><body>Sign in</body></html>",
    "<none>",
    "<none>:<none>",
    "error: You must be logged in to the server (Unauthorized)",
    `"${app("v2")}"`,
    `"${app("v2")}",`,
    `- ${app("v2")}`,
    `image: ${app("v2")}`,
    `${app("v2")} ${app("v3")}`,
    `${app("v2")},${app("v3")}`,
    `${app("v2")};${app("v3")}`,
    `${app("v2")}|${app("v3")}`,
    `${app("v2")}\t1`,
    `${app("v2")}\u{0}`,
    "null",
    "None",
    digestOf("v2"),
    "4c2be31f0a7d",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    "12345678901.dkr.ecr.eu-west-1.amazonaws.com/app:v2",
    "[",
    "app:",
    "@sha256:12",
  ])("is refused as a whole for the line %s", (line) => {
    expect(() => parse(`${app("v1")}\n\n${line}\n`)).toThrow(`line 3 is ${JSON.stringify(line)}`);
  });

  test("is quoted no further than it takes to find the line", () => {
    expect(() => parse(`<${"html".repeat(100)}>`)).toThrow(/^line 1 is "<[html]{198}…, which/);
  });

  test.for([
    { name: "compressed bytes", bytes: Buffer.from([0x1f, 0x8b, 8, 0]) },
    { name: "UTF-16", bytes: Buffer.from(`\u{FEFF}${app("v1")}`, "utf16le") },
  ])("is refused for $name", ({ bytes }) => {
    expect(() => parse(bytes)).toThrow("it is no text in UTF-8");
  });
});

describe("a JSON list", () => {
  test("has images, with and without the place that uses them", () => {
    const used = { image: app("v2"), place: "pod shop/web" };
    expect(parse(jsonList([], { references: [app("v1"), used] })).references).toEqual([
      { image: app("v1") },
      used,
    ]);
  });

  test.for([
    { written: "2026-01-31T08:00:00Z", time: NOW },
    { written: "2026-01-31T08:00:00.000Z", time: NOW },
    { written: "2026-01-31T09:00+01:00", time: NOW },
    { written: "2026-01-31T07:59:59.5Z", time: NOW - 500 },
  ])("has the time $written", ({ written, time }) => {
    expect(parse(jsonList([], { time: written })).time).toBe(time);
  });

  test("may be empty, and may have members of later versions of the program", () => {
    expect(parse(jsonList([], { maker: "a laptop" })).references).toEqual([]);
  });

  test("says which sources its maker read, and what its maker cannot know", () => {
    const others = { sources: ["ecs", "lambda"], blindSpots: ["a machine chooses its image"] };
    expect(parse(jsonList([app("v1")], others))).toMatchObject(others);
    const whole = parse(jsonList([app("v1")], { blindSpots: [] }));
    expect(whole).not.toHaveProperty("sources");
    expect(whole).not.toHaveProperty("blindSpots");
  });

  test.for([
    { member: "format", value: undefined, says: "missing" },
    { member: "format", value: "another list" },
    { member: "version", value: 2 },
    { member: "version", value: "1" },
    { member: "account", value: 222222222222 },
    { member: "account", value: "22222222222" },
    { member: "account", value: "production" },
    { member: "region", value: undefined, says: "missing" },
    { member: "region", value: "" },
    { member: "region", value: "Ireland" },
    { member: "time", value: undefined, says: "missing" },
    { member: "time", value: 1_769_846_400_000 },
    { member: "time", value: "yesterday" },
    { member: "time", value: "2026-01-31" },
    { member: "time", value: "2026-01-31T08:00:00" },
    { member: "time", value: "2026-13-31T08:00:00Z" },
    { member: "complete", value: undefined, says: "missing" },
    { member: "complete", value: "true" },
    { member: "complete", value: 1 },
    { member: "references", value: undefined, says: "missing" },
    { member: "references", value: null },
    { member: "references", value: {} },
    { member: "references", value: app("v1") },
    { member: "sources", value: null },
    { member: "sources", value: [] },
    { member: "sources", value: "ecs" },
    { member: "sources", value: ["ecs", 7] },
    { member: "sources", value: [""] },
    { member: "blindSpots", value: null },
    { member: "blindSpots", value: {} },
    { member: "blindSpots", value: [["a machine"]] },
  ])("is refused for $member $value", ({ member, value, says = JSON.stringify(value) }) => {
    const text = jsonList([app("v1")], { [member]: value });
    expect(() => parse(text)).toThrow(`its "${member}" is ${says} and must be`);
  });

  test.for([
    null,
    3,
    "",
    "   ",
    "two words",
    {},
    { place: "pod" },
    { image: null },
    { image: "", place: "pod" },
    { image: app("v1"), place: null },
    { image: app("v1"), place: 7 },
    [app("v1")],
    `${app("v1")},${app("v2")}`,
  ])("is refused for the reference %j", (reference) => {
    expect(() => parse(jsonList([], { references: [app("v4"), reference] }))).toThrow(
      "reference 2 is ",
    );
  });

  test("is refused if it is cut at any place, and never read as a plain list", () => {
    const text = writeJsonList(parseJsonList(jsonList([app("v1"), app("v2")]))).trimEnd();
    for (let length = 1; length < text.length; length += 1) {
      expect(() => parse(text.slice(0, length))).toThrow("it is damaged JSON");
    }
  });
});

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const reference = fc.record(
  {
    image: fc.tuple(word, word).map(([name, tag]) => app(tag).replace("/app", `/${name}`)),
    place: fc.string(),
  },
  { requiredKeys: ["image"] },
);

describe("what is written as a JSON list", () => {
  test("is read as it was", () => {
    const texts = fc.array(fc.string({ minLength: 1 }), { minLength: 1 });
    const required = {
      account: fc.stringMatching(/^\d{12}$/),
      region: fc.constantFrom("eu-west-1", "cn-north-1", "us-gov-east-1"),
      time: fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
      complete: fc.boolean(),
      references: fc.array(reference),
    };
    const list = fc.record(
      { ...required, sources: texts, blindSpots: texts },
      { requiredKeys: ["account", "region", "time", "complete", "references"] },
    );
    fc.assert(
      fc.property(list, (each) => {
        expect(parse(writeJsonList(each))).toEqual(each);
      }),
      inputs(200),
    );
  });

  test("has a reference a line", () => {
    const text = writeJsonList(parseJsonList(jsonList([app("v1"), app("v2")])));
    expect(text.split("\n").filter((line) => line.includes(".dkr."))).toEqual([
      `    "${app("v1")}",`,
      `    "${app("v2")}"`,
    ]);
  });
});

describe("a list is evidence", () => {
  const HOUR = 60 * 60_000;
  const judge = (text: string, maxHours = 48) => {
    requireEvidence(parse(text), { now: NOW, maxHours });
  };
  const madeAt = (ms: number) => ({ time: new Date(NOW + ms).toISOString() });

  test.for([
    { name: "made now", change: madeAt(0) },
    { name: "exactly as old as allowed", change: madeAt(-48 * HOUR) },
    { name: "made five minutes from now, by another clock", change: madeAt(5 * 60_000) },
    { name: "empty", change: { references: [] } },
    { name: "with one image in ECR", change: { references: ["nginx", app("v1")] } },
  ])("if it is $name", ({ change }) => {
    expect(() => judge(jsonList([app("v1")], { ...madeAt(0), ...change }))).not.toThrow();
  });

  test.for([
    {
      name: "a millisecond too old",
      change: madeAt(-48 * HOUR - 1),
      says: 'its time is "2026-01-29T07:59:59.999Z", which is 48.0 hours ago, and IN_USE_LISTS_MAX_HOURS is 48',
    },
    {
      name: "from the future",
      change: madeAt(5 * 60_000 + 1),
      says: "6 minutes ahead of this machine's clock",
    },
    { name: "not complete", change: { complete: false }, says: 'its "complete" is false' },
    {
      name: "of names without a registry",
      change: { references: ["shop/api:v1"] },
      says: 'it names no image in ECR, beginning with "shop/api:v1"',
    },
  ])("not if it is $name", ({ change, says }) => {
    expect(() => judge(jsonList([app("v1")], { ...madeAt(0), ...change }))).toThrow(says);
  });
});
