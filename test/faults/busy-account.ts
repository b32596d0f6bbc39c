import { numbered, recordOf, untagged } from "../accounts.ts";
import {
  type AccountParts,
  digestOf,
  enabled,
  old,
  repository,
  tagAbout,
} from "../simulator/account.ts";
import type { Members } from "../simulator/operation.ts";

/** The images of the repository `app` in the busy account. All except two are in use, each by a different call. */
const IMAGES = () => {
  const child = untagged("child");
  return [
    old("service"),
    untagged("revision"),
    old("task"),
    old("function"),
    old("runner"),
    child,
    old("index", { children: [child] }),
    old("signature", { tags: tagAbout(old("function"), "sig") }),
    old("unused"),
    untagged("untagged"),
  ];
};

/** The images that a run keeps in the repository `app`. */
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

/** All images of the repository `app`. */
export const ALL: readonly string[] = [...IN_USE, "unused", digestOf("untagged")].toSorted();

const OWN_POLICY = {
  Statement: [{ Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "ecr:*" }],
};

/** An account for which a run makes most of its calls. In each list, only the last item uses an image. */
export function busyAccount(registry: string): AccountParts {
  const app = (tag: string) => `${registry}/app:${tag}`;
  return {
    repositories: {
      "not-enabled": repository([old("v1")]),
      other: enabled([]),
      app: enabled(IMAGES()),
    },
    // By policies, their own account may pull.
    policies: { other: OWN_POLICY, app: OWN_POLICY },
    registryPolicy: OWN_POLICY,
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
      ...recordOf(numbered("zip-", 100), () => null),
      indexed: app("index"),
      mailer: app("function"),
    },
    appRunnerServices: {
      source: { status: "RUNNING" },
      landing: { status: "RUNNING", image: app("runner") },
    },
  };
}

/** The members with the page size of paged calls. ListFunctions always returns 50 functions a page. */
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

/** The paged calls. */
export const PAGED_ACTIONS: readonly string[] = [
  ...Object.keys(PAGE_SIZES),
  "lambda:ListFunctions",
].toSorted();

/** The `before` of a simulator that makes every page as small as possible. */
export const SMALL_PAGES = Object.fromEntries(
  Object.entries(PAGE_SIZES).map(([action, member]) => [
    action,
    (_: unknown, input: Members) => {
      if (input[member] !== undefined) input[member] = 1;
    },
  ]),
);

/** The page that a call asks for, from 0, if pages are as small as possible. */
export function pageOf(input: Members): number {
  const token =
    input["nextToken"] ?? input["NextToken"] ?? input["Marker"] ?? input["PaginationToken"] ?? "";
  if (token === "") return 0;
  const position = Number(Buffer.from(token, "base64").toString());
  return "Marker" in input ? position / 50 : position;
}
