import { jsonService } from "../../service.ts";
import { batchDeleteImage } from "./deletion.ts";
import { batchGetImage, describeImages } from "./images.ts";
import { getRegistryPolicy, getRepositoryPolicy } from "./policies.ts";
import { describeRegistry, describeRepositories, listTagsForResource } from "./repositories.ts";
import { createEcrState, repositoryArn } from "./state.ts";

export const ecr = jsonService({
  prefix: "ecr",
  sdkId: "ECR",
  pageToken: "nextToken",
  createState: createEcrState,
  version: "1.1",
  target: "AmazonEC2ContainerRegistry_V20150921",
  resourceOf: (place, { resourceArn, repositoryName, repositoryNames = [] }) => {
    const name = repositoryName ?? repositoryNames[0];
    return resourceArn ?? (name && repositoryArn(place, name));
  },
  operations: {
    DescribeRegistry: describeRegistry,
    DescribeRepositories: describeRepositories,
    ListTagsForResource: listTagsForResource,
    DescribeImages: describeImages,
    BatchGetImage: batchGetImage,
    BatchDeleteImage: batchDeleteImage,
    GetRepositoryPolicy: getRepositoryPolicy,
    GetRegistryPolicy: getRegistryPolicy,
  },
});
