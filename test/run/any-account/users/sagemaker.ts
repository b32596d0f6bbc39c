import type { AccountParts } from "../../../simulator/account.ts";
import type { Members } from "../../../simulator/operation.ts";
import { ELSEWHERE } from "./elsewhere.ts";
import type { Use, UserKinds } from "./use.ts";

/** What SageMaker runs or can start; finished jobs and model packages that no model names use nothing. */
export const SAGEMAKER_WORKLOADS: UserKinds = {
  model: ({ id, image }) => of("models", id, { PrimaryContainer: { Image: image } }),
  "model of several containers": ({ id, image }) =>
    of("models", id, { Containers: [{ Image: ELSEWHERE }, { Image: image }] }),
  "environment of a model": ({ id, text }) =>
    of("models", id, { PrimaryContainer: { Image: ELSEWHERE, Environment: { IMAGE: text } } }),
  "model package": (use) => ({
    sageMaker: {
      ...packageOf(use).sageMaker,
      models: { [use.id]: { Containers: [{ ModelPackageName: packageArn(use) }] } },
    },
  }),
  "model package alone": (use) => packageOf(use),
  endpoint: (use) => of("endpoints", use.id, { ProductionVariants: [elsewhere, deployed(use)] }),
  "shadow variant": (use) =>
    of("endpoints", use.id, {
      ProductionVariants: [elsewhere],
      ShadowProductionVariants: [deployed(use)],
    }),
  "deployment of an endpoint": (use) =>
    of("endpoints", use.id, {
      EndpointStatus: "Updating",
      ProductionVariants: [elsewhere],
      PendingDeploymentSummary: { ProductionVariants: [deployed(use)] },
    }),
  "inference component": ({ id, image, resolved }) => ({
    sageMaker: {
      endpoints: { [id]: { ProductionVariants: [] } },
      inferenceComponents: { [id]: componentOf(image, resolved) },
    },
  }),
  "training job": training("InProgress"),
  "processing job": processing("InProgress"),
  "transform job": transform("InProgress"),
  "finished training job": training("Completed"),
  "finished processing job": processing("Failed"),
  "environment of a processing job": ({ id, text }) =>
    of("processingJobs", id, {
      AppSpecification: { ImageUri: ELSEWHERE },
      Environment: { IMAGE: text },
    }),
  pipeline: ({ id, text }) =>
    of("pipelines", id, { PipelineDefinition: JSON.stringify({ Steps: [{ ImageUri: text }] }) }),
  "image version": ({ id, image }) => ({
    sageMaker: { images: { [id]: { 1: image, 2: ELSEWHERE } } },
  }),
};

function of(
  kind: Exclude<keyof NonNullable<AccountParts["sageMaker"]>, "images">,
  id: string,
  members: Members,
): Pick<AccountParts, "sageMaker"> {
  return { sageMaker: { [kind]: { [id]: members } } };
}

const elsewhere = { DeployedImages: [{ SpecifiedImage: ELSEWHERE }] };

function deployed({ image, resolved }: Use): Members {
  return { DeployedImages: [{ SpecifiedImage: image, ResolvedImage: resolved }] };
}

function componentOf(image: string, resolved: string): Members {
  const DeployedImage = { SpecifiedImage: image, ResolvedImage: resolved };
  return { Specification: { Container: { DeployedImage } } };
}

function packageOf({ id, image, digest }: Use) {
  const InferenceSpecification = { Containers: [{ Image: image, ImageDigest: digest }] };
  return { sageMaker: { modelPackages: { [`${id}/1`]: { InferenceSpecification } } } };
}

function packageArn({ id, place }: Use): string {
  return `arn:aws:sagemaker:${place.region}:${place.id}:model-package/${id}/1`;
}

function training(TrainingJobStatus: string) {
  return ({ id, image }: Use) =>
    of("trainingJobs", id, {
      TrainingJobStatus,
      AlgorithmSpecification: { TrainingImage: image },
    });
}

function processing(ProcessingJobStatus: string) {
  return ({ id, image }: Use) =>
    of("processingJobs", id, { ProcessingJobStatus, AppSpecification: { ImageUri: image } });
}

/** A transform job works by a model. */
function transform(TransformJobStatus: string) {
  return ({ id, image }: Use) => ({
    sageMaker: {
      models: { [id]: { PrimaryContainer: { Image: image } } },
      transformJobs: { [id]: { TransformJobStatus, ModelName: id } },
    },
  });
}
