import {
  type AccountParts,
  digestOf,
  enabled,
  old,
  repository,
  tagAbout,
} from "../simulator/account.ts";
import type { Members } from "../simulator/operation.ts";

/** The repository `app` of the busy account. Each image but one is in use, and each is seen by calls of its own. */
const IMAGES = () => {
  const child = old("child", { tags: "" });
  return [
    old("service"),
    old("revision", { tags: "" }),
    old("task"),
    old("function"),
    old("runner"),
    child,
    old("index", { children: [child] }),
    old("signature", { tags: tagAbout(old("function"), "sig") }),
    old("unused"),
    old("untagged", { tags: "" }),
  ];
};

/** What a run leaves in the repository `app`. */
export const IN_USE: readonly string[] = [
  "service",
  digestOf("revision"),
  "task",
  "function",
  "runner",
  digestOf("child"),
  "index",
  tagAbout(old("function"), "sig"),
].toSorted();

/** What is in the repository `app` before a run. */
export const ALL: readonly string[] = [...IN_USE, "unused", digestOf("untagged")].toSorted();

/** An account that makes a run call everything that it can call. Of what is listed, the last is what counts. */
export function busyAccount(registry: string): AccountParts {
  const app = (tag: string) => `${registry}/app:${tag}`;
  const zips = Array.from({ length: 100 }, (_, i) => [`zip-${i}`, null]);
  return {
    repositories: {
      "not-enabled": repository([old("v1")]),
      other: enabled([]),
      app: enabled(IMAGES()),
    },
    clusters: {
      empty: {},
      main: {
        external: {},
        web: {
          taskDefinition: "web:1",
          revisions: [[{ image: app("moved"), digest: digestOf("revision") }]],
        },
      },
    },
    taskDefinitions: { "web:1": [app("service")] },
    tasks: {
      main: [{ containers: [{ image: "nginx" }] }, { containers: [{ image: app("task") }] }],
    },
    functions: {
      ...Object.fromEntries(zips),
      indexed: app("index"),
      mailer: app("function"),
    },
    appRunnerServices: {
      source: { status: "RUNNING" },
      landing: { status: "RUNNING", image: app("runner") },
    },
  };
}

/** The members by which paged calls take the size of a page. ListFunctions has its own 50. */
const PAGE_SIZES: Readonly<Record<string, string>> = {
  "apprunner:ListServices": "MaxResults",
  "ecr:DescribeImages": "maxResults",
  "ecr:DescribeRepositories": "maxResults",
  "ecs:ListClusters": "maxResults",
  "ecs:ListServices": "maxResults",
  "ecs:ListTasks": "maxResults",
  "ssm:GetParametersByPath": "MaxResults",
  "tag:GetResources": "ResourcesPerPage",
};

/** The calls that answer in pages. */
export const PAGED_ACTIONS: readonly string[] = [
  ...Object.keys(PAGE_SIZES),
  "lambda:ListFunctions",
].toSorted();

/** For a simulator's `before`: makes every page as small as it can be. */
export const SMALL_PAGES = Object.fromEntries(
  Object.entries(PAGE_SIZES).map(([action, member]) => [
    action,
    (_: unknown, input: Members) => {
      if (input[member] !== undefined) input[member] = 1;
    },
  ]),
);

/** Which page a call asks for, from 0, if pages are as small as they can be. */
export function pageOf(input: Members): number {
  const token =
    input["nextToken"] ?? input["NextToken"] ?? input["Marker"] ?? input["PaginationToken"] ?? "";
  if (token === "") return 0;
  const position = Number(Buffer.from(token, "base64").toString());
  return "Marker" in input ? position / 50 : position;
}
