import { describe, expect, test } from "vitest";

import { InUseImages } from "../../src/in-use/evidence.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { type Decision, remove } from "../../src/plan/verdict.ts";
import type { Image } from "../../src/registry/image.ts";
import { parseConfig } from "../../src/settings/config.ts";
import { renderList } from "../../src/terminal/list.ts";
import { run, runForPeople } from "../make-run.ts";
import {
  type Account,
  REGISTRY,
  createAccount,
  digestOf,
  enabled,
  image,
  old,
  remaining,
} from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

const account = () =>
  createAccount({
    repositories: {
      web: enabled([
        old("v2", { ageDays: 90 }),
        old("v1", { tags: "v1 stable", ageDays: 99 }),
        old("v3", { tags: "", ageDays: 80 }),
        image("v4"),
      ]),
      api: enabled([old("v1")], { BoxCleanerKeepDays: "60" }),
      typo: enabled([old("v1")], { BoxCleanerKeepDays: "soon" }),
    },
    functions: { mailer: `${REGISTRY}/other:v3` },
  });

const dateOf = ({ repositories }: Account, name: string, tag: string) =>
  repositories.get(name)?.images.get(digestOf(tag))?.pushedAt?.toISOString() ?? "";
const REASON = "pushed more than 30 days ago (DEFAULT_KEEP_DAYS) and not in use";

const decision = (image: Partial<Image>): Decision => ({
  image: { digest: "sha256:a", tags: [], sizeBytes: 1000, pushedAt: 0, ...image },
  verdict: remove,
});

/** The plan of a repository `app`. */
const planOf = (...decisions: readonly Decision[]): Plan => ({
  repository: {
    name: "app",
    arn: "arn:aws:ecr:eu-west-1:123456789012:repository/app",
    registryId: "123456789012",
    region: "eu-west-1",
    key: "123456789012/eu-west-1/app",
    tags: { BoxCleanerKeepDays: "1" },
  },
  decisions,
  manifests: new Map(),
  evidence: {
    images: new InUseImages(),
    sources: [],
    places: [],
    lists: [],
    startedAt: 0,
    durationMs: 0,
  },
  madeAt: 0,
});

describe("renderList", () => {
  const { config } = parseConfig({});

  test("orders images of one date by their digest, whatever the order of the plan", () => {
    const images = ["sha256:b", "sha256:a", "sha256:c"].map((digest) =>
      decision({ digest, tags: ["z", "a"] }),
    );
    const text = renderList([planOf(...images)], config, "text");
    expect(renderList([planOf(...images.toReversed())], config, "text")).toBe(text);
    expect(text).toMatch(/^app:a,z@sha256:a {2}1970-01-01 {2}1 kB {2}pushed more than 1 day ago/);
    expect(text.match(/sha256:./g)).toEqual(["sha256:a", "sha256:b", "sha256:c"]);
  });

  test("quotes what CSV would read otherwise", () => {
    const text = renderList([planOf(decision({ tags: ['a"b', "c,d"] }))], config, "csv");
    expect(text).toContain(',"a""b c,d",');
  });

  test.for([
    { format: "text", text: "" },
    { format: "csv", text: "repository,digest,tags,pushed,bytes,reason\n" },
    { format: "json", text: "[\n]\n" },
  ] as const)("of nothing is valid $format", ({ format, text }) => {
    expect(renderList([planOf()], config, format)).toBe(text);
  });
});

describe("--list", () => {
  test("prints every image that would be deleted, in a stable order", async () => {
    await using simulator = await startSimulator(account());
    const { exitCode, stdout, stderr } = await runForPeople(simulator, ["--list"]);
    const day = (name: string, tag: string) => dateOf(simulator.account, name, tag).slice(0, 10);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      `api:v1@${digestOf("v1")}  ${day("api", "v1")}  100 MB  pushed more than 60 days ago (tag BoxCleanerKeepDays) and not in use
web:stable,v1@${digestOf("v1")}  ${day("web", "v1")}  100 MB  ${REASON}
web:v2@${digestOf("v2")}  ${day("web", "v2")}  100 MB  ${REASON}
web@${digestOf("v3")}  ${day("web", "v3")}  100 MB  ${REASON}
`,
    );
    expect(stderr).toContain("Account      123456789012, eu-west-1");
    expect(stderr).toContain('typo skipped: Tag BoxCleanerKeepDays is "soon"');
    expect(stderr).toContain("A real run would delete 4 images");
  });

  test.for([
    ["--list", "--json"],
    ["--list", "json"],
  ])("%s prints JSON, an image a line", async (args) => {
    await using simulator = await startSimulator(account());
    const { stdout } = await run(simulator, args);
    expect(stdout.trim().split("\n")).toHaveLength(6);
    expect(JSON.parse(stdout)[1]).toEqual({
      repository: "web",
      digest: digestOf("v1"),
      tags: ["stable", "v1"],
      pushedAt: dateOf(simulator.account, "web", "v1"),
      bytes: 100_000_000,
      reason: REASON,
    });
  });

  test("csv prints a head and an image a line", async () => {
    await using simulator = await startSimulator(account());
    const lines = (await run(simulator, ["--list", "csv"])).stdout.split("\n");
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe("repository,digest,tags,pushed,bytes,reason");
    expect(lines[2]).toBe(
      `web,${digestOf("v1")},stable v1,${dateOf(simulator.account, "web", "v1")},100000000,${REASON}`,
    );
  });

  test("prints the same again", async () => {
    await using simulator = await startSimulator(account());
    const first = await run(simulator, ["--list"]);
    expect((await run(simulator, ["--list"])).stdout).toBe(first.stdout);
  });

  test("deletes nothing, and asks nothing, even with DRY_RUN=false", async () => {
    await using simulator = await startSimulator(account());
    const ask = async () => {
      throw new Error("asked");
    };
    const { exitCode } = await run(simulator, ["--list"], { DRY_RUN: "false" }, { ask });
    expect(exitCode).toBe(0);
    expect(remaining(simulator.account, "api")).toEqual(["v1"]);
  });

  test("prints no list if the evidence is not complete", async () => {
    await using simulator = await startSimulator(account(), {
      isAllowed: (action) => action !== "ecs:ListClusters",
    });
    const { exitCode, stdout, stderr } = await runForPeople(simulator, ["--list", "csv"]);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("Failed: ecs:ListClusters failed");
  });

  test.for([
    { percent: "50", shown: false },
    { percent: "100", shown: true },
  ])(
    "of images that MAX_DELETE_PERCENT=$percent protects shows any: $shown",
    async ({ percent, shown }) => {
      await using simulator = await startSimulator(account());
      const { stdout } = await run(simulator, ["--list"], { MAX_DELETE_PERCENT: percent });
      expect(stdout.includes("api:v1")).toBe(shown);
    },
  );

  test.for([
    { args: ["--list", "--delete"], message: "cannot be used with option '--delete'" },
    { args: ["--list", "csv", "--json"], message: "--list csv and --json ask for two formats" },
    { args: ["--list", "xml"], message: "Allowed choices are text, csv, json" },
  ])("$args is refused", async ({ args, message }) => {
    await using simulator = await startSimulator(account());
    const { exitCode, stdout, stderr } = await run(simulator, args);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr).toContain("Run aws-ecr-cleaner --help to see every option.");
  });
});
