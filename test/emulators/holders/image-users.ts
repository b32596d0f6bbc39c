import { BatchClient, RegisterJobDefinitionCommand } from "@aws-sdk/client-batch";
import {
  BedrockAgentCoreControlClient,
  CreateAgentRuntimeCommand,
  UpdateAgentRuntimeCommand,
} from "@aws-sdk/client-bedrock-agentcore-control";
import { CodeBuildClient, CreateProjectCommand } from "@aws-sdk/client-codebuild";
import {
  type ContainerDefinition,
  CreateModelCommand,
  CreateModelPackageCommand,
  CreatePipelineCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";

import { type Holder, OTHER_IMAGE, ROLE } from "./holder.ts";

export const batch: readonly Holder[] = [
  {
    name: "job-definition",
    place: "AWS Batch job definition job-definition",
    create: registerJobDefinition,
  },
];

async function registerJobDefinition(image: string, jobDefinitionName: string): Promise<void> {
  await new BatchClient().send(
    new RegisterJobDefinitionCommand({
      jobDefinitionName,
      type: "container",
      containerProperties: {
        image,
        resourceRequirements: [
          { type: "VCPU", value: "1" },
          { type: "MEMORY", value: "128" },
        ],
      },
    }),
  );
}

export const sagemaker: readonly Holder[] = [
  {
    name: "model",
    place: "SageMaker model model",
    create: async (image, name) => createModel(name, { Image: image }),
  },
  {
    name: "packaged-model",
    place: "SageMaker model packaged-model",
    create: async (image, name) =>
      createModel(name, { ModelPackageName: await createModelPackage(image, name) }),
  },
  { name: "pipeline", place: "SageMaker pipeline pipeline", create: createPipeline },
];

async function createModel(ModelName: string, PrimaryContainer: ContainerDefinition) {
  await new SageMakerClient().send(
    new CreateModelCommand({ ModelName, ExecutionRoleArn: ROLE, PrimaryContainer }),
  );
}

async function createModelPackage(Image: string, name: string): Promise<string | undefined> {
  const { ModelPackageArn } = await new SageMakerClient().send(
    new CreateModelPackageCommand({
      ModelPackageName: name,
      InferenceSpecification: {
        Containers: [{ Image }],
        SupportedContentTypes: ["text/csv"],
        SupportedResponseMIMETypes: ["text/csv"],
      },
    }),
  );
  return ModelPackageArn;
}

async function createPipeline(image: string, PipelineName: string): Promise<void> {
  const step = { Name: "Clean", Arguments: { AppSpecification: { ImageUri: image } } };
  await new SageMakerClient().send(
    new CreatePipelineCommand({
      PipelineName,
      RoleArn: ROLE,
      PipelineDefinition: JSON.stringify({ Version: "2020-12-01", Steps: [step] }),
      ClientRequestToken: "0".repeat(32),
    }),
  );
}

export const codebuild: readonly Holder[] = [
  {
    name: "build-project",
    place: "CodeBuild project build-project",
    create: createBuildProject,
  },
];

async function createBuildProject(image: string, name: string): Promise<void> {
  await new CodeBuildClient().send(
    new CreateProjectCommand({
      name,
      source: { type: "GITHUB", location: "https://github.com/example/site" },
      artifacts: { type: "NO_ARTIFACTS" },
      environment: { type: "LINUX_CONTAINER", computeType: "BUILD_GENERAL1_SMALL", image },
      serviceRole: ROLE,
    }),
  );
}

export const agentcore: readonly Holder[] = [
  { name: "agent", place: "AgentCore runtime ", create: createRuntime },
  { name: "agent_version", place: "AgentCore runtime ", create: createRuntimeVersion },
];

async function createRuntime(image: string, agentRuntimeName: string) {
  const { agentRuntimeId } = await new BedrockAgentCoreControlClient().send(
    new CreateAgentRuntimeCommand({ agentRuntimeName, ...runtimeOf(image) }),
  );
  return agentRuntimeId;
}

/** Creates a runtime whose newest version has another image. */
async function createRuntimeVersion(image: string, name: string): Promise<void> {
  const agentRuntimeId = await createRuntime(image, name);
  await new BedrockAgentCoreControlClient().send(
    new UpdateAgentRuntimeCommand({ agentRuntimeId, ...runtimeOf(OTHER_IMAGE) }),
  );
}

function runtimeOf(containerUri: string) {
  return {
    agentRuntimeArtifact: { containerConfiguration: { containerUri } },
    roleArn: ROLE,
    networkConfiguration: { networkMode: "PUBLIC" },
  } as const;
}
