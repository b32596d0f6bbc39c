import { describe, expect, test } from "vitest";

import { app } from "../../accounts.ts";
import { readSource } from "../read-source.ts";

const projects = (...described: object[]) => ({
  answers: { "codebuild:BatchGetProjects": () => ({ projects: described }) },
});

describe("the CodeBuild source", () => {
  test("reports the image in which each project builds, and names the project", async () => {
    const { used, placesOf } = await readSource("codebuild", {
      buildProjects: { site: app("v1"), docs: "aws/codebuild/standard:7.0" },
    });
    expect(used).toEqual(["v1"]);
    expect(placesOf("v1")).toEqual(["CodeBuild project site"]);
  });

  test("reports ECR references in environment variables and in a project's own buildspec", async () => {
    const { used } = await readSource(
      "codebuild",
      { buildProjects: { site: app("v1") } },
      projects({
        name: "site",
        source: { type: "NO_SOURCE", buildspec: `phases: {build: {commands: [run ${app("v2")}]}}` },
        environment: {
          image: app("v1"),
          environmentVariables: [{ name: "BASE", value: app("v3") }],
        },
      }),
    );
    expect(used).toEqual(["v1", "v2", "v3"]);
  });

  test("fails if CodeBuild neither describes a project nor says that it is gone", async () => {
    const parts = { buildProjects: { site: app("v1"), docs: app("v2") } };
    const reading = readSource(
      "codebuild",
      parts,
      projects({ name: "site", environment: { image: app("v1") } }),
    );
    await expect(reading).rejects.toThrow(
      "codebuild:BatchGetProjects failed for CodeBuild projects docs: CodeBuild answered for 1 of 2",
    );
  });

  test("fails on a project without an image", async () => {
    const parts = { buildProjects: { site: app("v1") } };
    await expect(
      readSource("codebuild", parts, projects({ name: "site", environment: {} })),
    ).rejects.toThrow("codebuild:BatchGetProjects failed for CodeBuild project site");
  });
});
