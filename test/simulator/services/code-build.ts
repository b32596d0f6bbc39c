import { type Operation, type Place, pageOf, requireRange } from "../operation.ts";
import { jsonService } from "../service.ts";

interface CodeBuildState {
  /** The image of each project's environment. */
  readonly buildProjects: Map<string, string>;
}

interface CodeBuildParts {
  readonly buildProjects?: Record<string, string>;
}

function createCodeBuildState({ buildProjects = {} }: CodeBuildParts): CodeBuildState {
  return { buildProjects: new Map(Object.entries(buildProjects)) };
}

/** CodeBuild lists 100 projects a page; nobody can ask for others. */
const PAGE_SIZE = 100;

const listProjects: Operation<CodeBuildState> = (account, { nextToken }) => {
  const { items, ...rest } = pageOf([...account.buildProjects.keys()], nextToken, PAGE_SIZE);
  return { projects: items, ...rest };
};

const batchGetProjects: Operation<CodeBuildState> = (account, { names = [] }) => {
  requireRange("the number of names", names.length, 1, 100);
  const isThere = (name: string) => account.buildProjects.has(name);
  return {
    projects: names.filter(isThere).map((name: string) => ({
      name,
      arn: arnOf(account, name),
      environment: {
        type: "LINUX_CONTAINER",
        image: account.buildProjects.get(name),
        computeType: "BUILD_GENERAL1_SMALL",
        environmentVariables: [],
        privilegedMode: false,
      },
    })),
    projectsNotFound: names.filter((name: string) => !isThere(name)),
  };
};

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
