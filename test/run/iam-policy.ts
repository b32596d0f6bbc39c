import policy from "../../iam-policy.json" with { type: "json" };
import { NOTIFY_STATEMENT } from "../../src/notification/sns.ts";
import { LISTS_STATEMENTS, STORE_STATEMENTS } from "../../src/store/permissions.ts";

/** The actions that `iam-policy.json` allows. */
export const ALLOWED_ACTIONS: ReadonlySet<string> = new Set(
  policy.Statement.flatMap(({ Action }) => Action),
);

/** The actions that the policy of the original allows. */
export const ORIGINAL_ACTIONS: ReadonlySet<string> = new Set([
  "apprunner:DescribeService",
  "apprunner:ListServices",
  "ecr:BatchDeleteImage",
  "ecr:DescribeImages",
  "ecr:DescribeRepositories",
  "ecr:ListTagsForResource",
  "ecs:DescribeServices",
  "ecs:DescribeTaskDefinition",
  "ecs:ListClusters",
  "ecs:ListServices",
  "lambda:GetFunction",
  "lambda:ListFunctions",
  "ssm:GetParametersByPath",
]);

/** What only some settings need: a policy by hand has it too. */
export const OPTIONAL_STATEMENTS = [...STORE_STATEMENTS, ...LISTS_STATEMENTS, NOTIFY_STATEMENT];

/** The settings for which the optional statements are made. */
export const OPTIONAL_SETTINGS = {
  STORE: "s3://amzn-s3-demo-bucket/store",
  IN_USE_LISTS: "s3://amzn-s3-demo-bucket/lists",
  NOTIFY_TOPIC_ARN: NOTIFY_STATEMENT.Resource,
};

/** Where IAM has another name than the API. */
const NAMES_IN_IAM: Readonly<Record<string, string>> = {
  "s3:HeadObject": "s3:GetObject",
  "s3:ListObjectsV2": "s3:ListBucket",
};

/** The permission that a call needs. */
export function permissionOf(action: string): string {
  return NAMES_IN_IAM[action] ?? action;
}

/** Whether an optional statement allows a call on a resource, without a look at its condition. */
export function isAllowedByOption(action: string, resource: string): boolean {
  return OPTIONAL_STATEMENTS.some(({ Action, Resource = "" }) => {
    const isOnIt = [Resource]
      .flat()
      .some((each) =>
        each.endsWith("*") ? resource.startsWith(each.slice(0, -1)) : resource === each,
      );
    return Action.includes(permissionOf(action)) && isOnIt;
  });
}

/** Whether IAM allows a call; that of an API server is allowed by its cluster. */
export function isAws(action: string): boolean {
  return !action.startsWith("kubernetes:");
}
