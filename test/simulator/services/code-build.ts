import {
  type Members,
  type Operation,
  type Place,
  mapOf,
  pageOf,
  requireRange,
} from "../operation.ts";
import { jsonService } from "../service.ts";

interface CodeBuildState {
  readonly buildProjects: Map<string, SimulatedProject>;
}

interface SimulatedProject {
  /** The image of its environment. */
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The commands that the project itself holds. */
  readonly buildspec?: string;
}

interface CodeBuildParts {
  /** Each project, or its image alone. */
  readonly buildProjects?: Record<string, string | SimulatedProject>;
}

function createCodeBuildState({ buildProjects }: CodeBuildParts): CodeBuildState {
  return {
    buildProjects: mapOf<string | SimulatedProject, SimulatedProject>(buildProjects, (project) =>
      typeof project === "string" ? { image: project } : project,
    ),
  };
}

/** CodeBuild lists 100 projects a page; nobody can ask for others. */
const PAGE_SIZE = 100;

const listProjects: Operation<CodeBuildState> = (account, { nextToken }) => {
  const { items, ...rest } = pageOf([...account.buildProjects.keys()], nextToken, PAGE_SIZE);
  return { projects: items, ...rest };
};

const batchGetProjects: Operation<CodeBuildState> = (account, { names = [] }) => {
  requireRange("the number of names", names.length, 1, 100);
  const projects: Members[] = [];
  const projectsNotFound: string[] = [];
  for (const name of names) {
    const project = account.buildProjects.get(name);
    if (project === undefined) projectsNotFound.push(name);
    else projects.push(describe(account, name, project));
  }
  return { projects, projectsNotFound };
};

function describe(place: Place, name: string, project: SimulatedProject): Members {
  const { image, environment = {}, buildspec } = project;
  return {
    name,
    arn: arnOf(place, name),
    source: { type: "NO_SOURCE", buildspec },
    environment: {
      type: "LINUX_CONTAINER",
      image,
      computeType: "BUILD_GENERAL1_SMALL",
      environmentVariables: Object.entries(environment).map(([name, value]) => ({
        name,
        value,
        type: "PLAINTEXT",
      })),
      privilegedMode: false,
    },
  };
}

function arnOf({ region, id }: Place, name: string): string {
  return `arn:aws:codebuild:${region}:${id}:project/${name}`;
}

export const codeBuild = jsonService({
  prefix: "codebuild",
  sdkId: "CodeBuild",
  pageToken: "nextToken",
  createState: createCodeBuildState,
  version: "1.1",
  target: "CodeBuild_20161006",
  resourceOf: (place, { names = [] }) => names[0] && arnOf(place, names[0]),
  operations: { ListProjects: listProjects, BatchGetProjects: batchGetProjects },
});
