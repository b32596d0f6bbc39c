import {
  BatchGetProjectsCommand,
  CodeBuildClient,
  type Project,
  paginateListProjects,
} from "@aws-sdk/client-codebuild";
import pMap from "p-map";

import { AwsCallError, call, chunks, collect, required } from "../../aws/calls.ts";
import { CONCURRENT_CALLS, type Service } from "../../aws/clients.ts";
import { findReferencesIn } from "../../registry/text.ts";
import { whereAvailable } from "./availability.ts";
import type { Source } from "./source.ts";

const CODE_BUILD = {
  Client: CodeBuildClient,
  answers: {
    "codebuild:BatchGetProjects": ["projects|projectsNotFound"],
    "codebuild:ListProjects": ["projects"],
  },
} satisfies Service<CodeBuildClient>;

/** The most projects that one BatchGetProjects call takes (API limit). */
const PROJECTS_PER_CALL = 100;

/** Reports the image in which each project builds. */
export const source: Source = {
  id: "codebuild",
  title: "CodeBuild",
  evidence: [
    "the environment image of every project",
    "ECR references in environment variables and in a buildspec that is part of the project",
  ],
  blindSpots: [
    "images that a CodeBuild build names when it starts, in place of its project's, or that a buildspec in the source code names",
  ],
  statements: [
    {
      Sid: "ReadCodeBuildProjects",
      Action: Object.keys(CODE_BUILD.answers),
      purpose: "the images of CodeBuild projects",
    },
  ],
  read: async (scope, report) =>
    whereAvailable(async () => {
      const codeBuild = scope.client(CODE_BUILD);
      const readSome = async (names: string[]) => {
        for (const { place, images } of await getProjects(codeBuild, names)) {
          for (const image of images) report.image(image, place);
        }
      };
      await pMap(chunks(await listProjects(codeBuild), PROJECTS_PER_CALL), readSome, {
        concurrency: CONCURRENT_CALLS,
      });
    }),
};

/** ListProjects returns 100 projects a page, whatever is asked for (API limit). */
async function listProjects(codeBuild: CodeBuildClient): Promise<string[]> {
  return collect(
    {
      action: "codebuild:ListProjects",
      resource: "the account's CodeBuild projects",
      paginator: paginateListProjects({ client: codeBuild }, {}),
    },
    (page) => page.projects,
  );
}

/** What evidence needs of a project, of a description of several KB. */
interface ProjectUse {
  readonly place: string;
  readonly images: readonly string[];
}

/** Throws AwsCallError also if CodeBuild neither describes a project nor says that it is gone. */
async function getProjects(codeBuild: CodeBuildClient, names: string[]): Promise<ProjectUse[]> {
  const action = "codebuild:BatchGetProjects";
  const command = new BatchGetProjectsCommand({ names });
  const { projects = [], projectsNotFound = [] } = await call(action, "CodeBuild projects", () =>
    codeBuild.send(command),
  );
  const answered = new Set([...projects.map(({ name }) => name), ...projectsNotFound]);
  const missing = names.filter((name) => !answered.has(name));
  if (missing.length > 0) {
    const cause = new Error(
      `CodeBuild answered for ${names.length - missing.length} of ${names.length}`,
    );
    throw new AwsCallError(action, `CodeBuild projects ${missing.join(", ")}`, cause);
  }
  return projects.map((project) => toUse(action, project));
}

function toUse(action: string, project: Project): ProjectUse {
  const place = `CodeBuild project ${project.name}`;
  const image = required(project.environment?.image, action, place);
  return { place, images: [...new Set([image, ...findReferencesIn(project)])] };
}
