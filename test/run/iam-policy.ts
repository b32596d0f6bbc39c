import policy from "../../iam-policy.json" with { type: "json" };

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

/** Whether IAM allows a call; that of an API server is allowed by its cluster. */
export function isAws(action: string): boolean {
  return !action.startsWith("kubernetes:");
}
