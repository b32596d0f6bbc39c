import { ECRClient } from "@aws-sdk/client-ecr";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";

import type { Service } from "../aws/clients.ts";
import type { Statement } from "../aws/permissions.ts";
import { ENABLED_TAG, ENABLED_VALUE } from "../settings/settings.ts";

const LIST = {
  "ecr:DescribeImages": ["imageDetails"],
  "ecr:DescribeRepositories": ["repositories"],
  "ecr:ListTagsForResource": ["tags"],
};
const DELETE = { "ecr:BatchDeleteImage": ["imageIds|failures"] };
const READ_INDEXES = { "ecr:BatchGetImage": ["images|failures"] };
const READ_POLICIES = {
  "ecr:GetRepositoryPolicy": ["policyText"],
  "ecr:GetRegistryPolicy": ["policyText"],
};
const READ_REPLICATION = { "ecr:DescribeRegistry": ["replicationConfiguration.rules"] };

/** ECR publishes no limits for these calls. */
export const ECR = {
  Client: ECRClient,
  answers: { ...LIST, ...DELETE, ...READ_INDEXES, ...READ_POLICIES, ...READ_REPLICATION },
} satisfies Service<ECRClient>;

export const TAGGING = {
  Client: ResourceGroupsTaggingAPIClient,
  answers: { "tag:GetResources": ["ResourceTagMappingList"] },
} satisfies Service<ResourceGroupsTaggingAPIClient>;

export const ECR_STATEMENTS: readonly Statement[] = [
  {
    Sid: "ListRepositoriesAndImages",
    Action: Object.keys(LIST),
    purpose: "the enabled repositories and their images",
    isOriginal: true,
  },
  {
    Sid: "DeleteImagesOfEnabledRepositories",
    Action: Object.keys(DELETE),
    Condition: { StringEquals: { [`aws:ResourceTag/${ENABLED_TAG}`]: ENABLED_VALUE } },
    purpose: "deletion; IAM itself allows it only in enabled repositories",
    isOriginal: true,
  },
  {
    Sid: "ReadIndexes",
    Action: Object.keys(READ_INDEXES),
    purpose: "which images a multi-architecture image lists",
  },
  {
    Sid: "SeeReplicationOfDeletions",
    Action: Object.keys(READ_REPLICATION),
    purpose: "whether ECR repeats deletions in other Regions or accounts",
  },
  {
    Sid: "SeeWhoMayPull",
    Action: Object.keys(READ_POLICIES),
    purpose: "whether accounts may pull that the program does not read",
  },
  {
    Sid: "FindEnabledRepositoriesByTheTagIndex",
    Action: Object.keys(TAGGING.answers),
    purpose: "speed alone: without it, the program asks each repository whether it is enabled",
  },
];

/** The error with which ECR answers about a repository that is gone. */
export const REPOSITORY_GONE = "RepositoryNotFoundException";
