import {
  BatchDeleteImageCommand,
  ECRClient,
  ListTagsForResourceCommand,
  paginateDescribeImages,
  paginateDescribeRepositories,
} from "@aws-sdk/client-ecr";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  paginateListClusters,
  paginateListServices,
} from "@aws-sdk/client-ecs";
import { GetFunctionCommand, LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import { SSMClient, paginateGetParametersByPath } from "@aws-sdk/client-ssm";

/*
 * The sequential baseline of the benchmark: makes the calls that the original makes, one at a time, with the pages that
 * the services give by default and one delete call for each tag. It is no cleaner, and looks no further than to go
 * through the same work.
 */
const ecr = new ECRClient();
const ecs = new ECSClient();
const lambda = new LambdaClient();
const ssm = new SSMClient();

const KEEP_MS = 30 * 86_400_000;
const inUse = new Set<string | undefined>();

for await (const { clusterArns = [] } of paginateListClusters({ client: ecs }, {})) {
  for (const cluster of clusterArns) {
    for await (const { serviceArns } of paginateListServices({ client: ecs }, { cluster })) {
      const command = new DescribeServicesCommand({ cluster, services: serviceArns });
      const { services = [] } = await ecs.send(command);
      for (const { taskDefinition } of services) {
        const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
        for (const { image } of described.taskDefinition?.containerDefinitions ?? [])
          inUse.add(image);
      }
    }
  }
}

for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
  for (const { FunctionName, PackageType } of Functions) {
    if (PackageType !== "Image") continue;
    const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName }));
    inUse.add(Code?.ImageUri);
  }
}

const regions = "/aws/service/global-infrastructure/services/apprunner/regions";
for await (const _ of paginateGetParametersByPath({ client: ssm }, { Path: regions }));

for await (const { repositories = [] } of paginateDescribeRepositories({ client: ecr }, {})) {
  for (const { repositoryArn, repositoryName, repositoryUri } of repositories) {
    const { tags = [] } = await ecr.send(
      new ListTagsForResourceCommand({ resourceArn: repositoryArn }),
    );
    if (!tags.some(({ Key, Value }) => Key === "BoxCleanerEnabled" && Value === "true")) continue;
    const old: string[] = [];
    for await (const page of paginateDescribeImages({ client: ecr }, { repositoryName })) {
      for (const { imageTags = [], imagePushedAt } of page.imageDetails ?? []) {
        const isOld = Date.now() - Number(imagePushedAt) > KEEP_MS;
        if (isOld) old.push(...imageTags.filter((tag) => !inUse.has(`${repositoryUri}:${tag}`)));
      }
    }
    for (const imageTag of old) {
      await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag }] }));
    }
  }
}
