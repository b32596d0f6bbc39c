/** The error with which ECR answers about a repository that is gone. */
export const REPOSITORY_GONE = "RepositoryNotFoundException";
